import type { Prefix } from '@archeio/netip';
import type { z } from 'zod';
import { DEFAULTS } from './defaults.ts';
import type { KeyPath } from './key-path.ts';
import { childOf, isRecord, listAt } from './record.ts';
import { events } from './schema/events.ts';
import { correlation, explain } from './schema/answers.ts';
import { clientAddress } from './schema/client-address.ts';
import { destination } from './schema/mirror.ts';
import { near, networks } from './schema/places.ts';
import { health, listen, presence } from './schema/process.ts';
import { registry } from './schema/registry.ts';
import { shadow } from './schema/shadow.ts';
import { store } from './schema/store.ts';
import { tls } from './schema/tls.ts';

/** A valid registry or store, and its index in the list. */
export interface Entry<T> {
  readonly index: number;
  readonly value: T;
}

export type Near = z.output<typeof near>;

/**
 * The parts of a configuration that the schema accepts, so that they can be checked against each other
 * even if another part is invalid: the user sees all problems at once.
 */
export interface ValidParts {
  readonly listen: z.output<typeof listen> | undefined;
  readonly tls: z.output<typeof tls>;
  /** Names of the networks; undefined if they are not a map. */
  readonly networks: readonly string[] | undefined;
  /** Prefixes of each valid network. */
  readonly prefixes: readonly (readonly [network: string, prefixes: readonly Prefix[]])[];
  readonly registries: readonly Entry<z.output<typeof registry>>[];
  readonly stores: readonly Entry<z.output<typeof store>>[];
  /** Of `mirror`. */
  readonly destinations: readonly Entry<z.output<typeof destination>>[];
  readonly stayUpstream: Near;
  /** Every list of clients by location. */
  readonly nears: readonly { readonly path: KeyPath; readonly near: Near }[];
  readonly presence: z.output<typeof presence> | undefined;
  readonly health: z.output<typeof health> | undefined;
  readonly shadow: z.output<typeof shadow> | undefined;
  readonly events: z.output<typeof events>;
  readonly clientAddress: z.output<typeof clientAddress> | undefined;
  readonly explain: z.output<typeof explain>;
  readonly correlation: z.output<typeof correlation> | undefined;
}

function entries<T>(list: readonly unknown[], schema: z.ZodType<T>): Entry<T>[] {
  return list.flatMap((each, index) => {
    const { success, data } = schema.safeParse(each);
    return success ? [{ index, value: data }] : [];
  });
}

/** Read separately, since the surrounding map may be invalid. */
function nearsOf(source: unknown): ValidParts['nears'] {
  const nearIn = (each: unknown, path: KeyPath): ValidParts['nears'] => {
    const { data } = near.safeParse(childOf(each, 'near'));
    return data === undefined ? [] : [{ path: [...path, 'near'], near: data }];
  };
  return [
    ...listAt(source, 'registries').flatMap((registry, index) =>
      listAt(registry, 'upstreams').flatMap((each, at) =>
        nearIn(each, ['registries', index, 'upstreams', at]),
      ),
    ),
    ...listAt(source, 'stores').flatMap((each, index) => nearIn(each, ['stores', index])),
    { path: ['stayUpstream'], near: near.safeParse(childOf(source, 'stayUpstream')).data ?? [] },
  ];
}

/** Reads the parts one by one. */
export function validParts(source: unknown): ValidParts {
  const named = childOf(source, 'networks') ?? {};
  return {
    listen: listen.safeParse(childOf(source, 'listen')).data,
    tls: tls.safeParse(childOf(source, 'tls')).data,
    networks: isRecord(named) ? Object.keys(named) : undefined,
    prefixes: Object.entries(isRecord(named) ? named : {}).flatMap(([network, list]) =>
      Object.entries(networks.safeParse({ [network]: list }).data ?? {}),
    ),
    registries: entries(listAt(source, 'registries'), registry),
    stores: entries(listAt(source, 'stores'), store),
    destinations: entries(listAt(childOf(source, 'mirror'), 'destinations'), destination),
    stayUpstream: near.safeParse(childOf(source, 'stayUpstream')).data ?? [],
    nears: nearsOf(source),
    presence: presence.safeParse(childOf(source, 'presence')).data,
    health: health.safeParse(childOf(source, 'health')).data,
    shadow: shadow.safeParse(childOf(source, 'shadow')).data,
    events: events.safeParse(childOf(source, 'events')).data,
    clientAddress: clientAddress.safeParse(
      childOf(source, 'clientAddress') ?? DEFAULTS.clientAddress,
    ).data,
    explain: explain.safeParse(childOf(source, 'explain')).data,
    correlation: correlation.safeParse(childOf(source, 'correlation')).data,
  };
}
