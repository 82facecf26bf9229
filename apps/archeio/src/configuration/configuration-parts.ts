import type { Configuration } from './configuration.ts';
import { deepFreeze } from './deep-freeze.ts';

type Networks = Configuration['networks'];

/** A piece of a configuration, small enough to be handed from thread to thread in a few milliseconds. */
export type ConfigurationPart =
  | {
      readonly kind: 'rest';
      readonly rest: Omit<Configuration, 'registries' | 'stores' | 'networks'>;
    }
  | { readonly kind: 'registries'; readonly list: Configuration['registries'] }
  | { readonly kind: 'stores'; readonly list: Configuration['stores'] }
  | { readonly kind: 'network'; readonly name: string; readonly list: Networks[string] }
  | {
      readonly kind: 'networks';
      readonly entries: readonly (readonly [string, Networks[string]])[];
    };

/** Entries of a list in one part. */
const AT_ONCE = 500;

function* slices<T>(list: readonly T[], size = AT_ONCE): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += size) yield list.slice(at, at + size);
}

/** A configuration in parts, in the order in which {@link GatheredConfiguration} takes them. */
export function* partsOf(configuration: Configuration): Generator<ConfigurationPart> {
  const { registries, stores, networks, ...rest } = configuration;
  yield { kind: 'rest', rest };
  for (const list of slices(registries)) yield { kind: 'registries', list };
  for (const list of slices(stores)) yield { kind: 'stores', list };
  const all = Object.entries(networks);
  const isLarge = ([, list]: (typeof all)[number]): boolean => list.length > AT_ONCE;
  // The order of the networks numbers their places: a large one comes first as an empty list, and is filled then.
  const listed = all.map((each): (typeof all)[number] => (isLarge(each) ? [each[0], []] : each));
  for (const entries of slices(listed)) yield { kind: 'networks', entries };
  for (const [name, prefixes] of all.filter(isLarge))
    for (const list of slices(prefixes)) yield { kind: 'network', name, list };
}

/** Puts a configuration together again, frozen as it was. */
export class GatheredConfiguration {
  #rest: Omit<Configuration, 'registries' | 'stores' | 'networks'> | undefined;
  readonly #registries: Configuration['registries'][number][] = [];
  readonly #stores: Configuration['stores'][number][] = [];
  readonly #networks = new Map<string, Networks[string][number][]>();

  add(part: ConfigurationPart): void {
    deepFreeze(part);
    switch (part.kind) {
      case 'rest':
        this.#rest = part.rest;
        break;
      case 'registries':
        this.#registries.push(...part.list);
        break;
      case 'stores':
        this.#stores.push(...part.list);
        break;
      case 'networks':
        for (const [name, list] of part.entries) this.#networks.set(name, [...list]);
        break;
      case 'network':
        this.#networks.get(part.name)?.push(...part.list);
        break;
    }
  }

  /** @throws Error before its first part has come */
  get whole(): Configuration {
    if (this.#rest === undefined) throw new Error('a configuration without its first part');
    for (const list of this.#networks.values()) Object.freeze(list);
    return Object.freeze({
      ...this.#rest,
      registries: Object.freeze(this.#registries),
      stores: Object.freeze(this.#stores),
      networks: Object.freeze(Object.fromEntries(this.#networks)),
    });
  }
}
