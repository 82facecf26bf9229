import { type Place, networkPlace } from '@archeio/clouds';
import { deepFreeze } from './deep-freeze.ts';
import type { ServedConfiguration } from './served-configuration.ts';

type Rest = Omit<ServedConfiguration, 'registries' | 'stores' | 'networks'>;

/** A piece of a configuration, small enough to send within a few milliseconds. */
export type ConfigurationPart =
  | { readonly kind: 'rest'; readonly rest: Rest }
  | { readonly kind: 'registries'; readonly list: ServedConfiguration['registries'] }
  | { readonly kind: 'stores'; readonly list: ServedConfiguration['stores'] }
  | { readonly kind: 'networks'; readonly names: readonly string[] }
  /** Bytes of a network table that has `length` bytes in all. */
  | {
      readonly kind: 'table';
      readonly number: number;
      readonly length: number;
      readonly at: number;
      readonly bytes: Uint8Array;
    };

/** Entries of a list in one part: reading and freezing them takes a millisecond or two. */
const ENTRIES_AT_ONCE = 100;
const NAMES_AT_ONCE = 1000;
const BYTES_AT_ONCE = 128 * 1024;

function* slices<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += size) yield list.slice(at, at + size);
}

/** Splits a configuration into parts, in the order that {@link GatheredConfiguration} expects. */
export function* partsOf(configuration: ServedConfiguration): Generator<ConfigurationPart> {
  const { registries, stores, networks, ...rest } = configuration;
  yield { kind: 'rest', rest };
  for (const list of slices(registries, ENTRIES_AT_ONCE)) yield { kind: 'registries', list };
  for (const list of slices(stores, ENTRIES_AT_ONCE)) yield { kind: 'stores', list };
  for (const places of slices(networks.places, NAMES_AT_ONCE))
    yield { kind: 'networks', names: places.map(({ cloud }) => cloud) };
  for (const [number, table] of networks.tables.entries()) {
    const { length } = table;
    for (let at = 0; at < length; at += BYTES_AT_ONCE)
      yield { kind: 'table', number, length, at, bytes: table.slice(at, at + BYTES_AT_ONCE) };
  }
}

/**
 * Reassembles a configuration and freezes it, except for the network tables: no runtime can freeze bytes, and
 * JavaScriptCore turns a frozen array into a sparse map, which takes 50 ms at once for 100,000 places.
 */
export class GatheredConfiguration {
  #rest: Rest | undefined;
  readonly #registries: ServedConfiguration['registries'][number][] = [];
  readonly #stores: ServedConfiguration['stores'][number][] = [];
  readonly #places: Place[] = [];
  readonly #tables: Uint8Array[] = [];

  add(part: ConfigurationPart): void {
    switch (part.kind) {
      case 'rest':
        this.#rest = deepFreeze(part.rest);
        break;
      case 'registries':
        for (const each of part.list) this.#registries.push(deepFreeze(each));
        break;
      case 'stores':
        for (const each of part.list) this.#stores.push(deepFreeze(each));
        break;
      case 'networks':
        for (const name of part.names) this.#places.push(networkPlace(name));
        break;
      case 'table':
        this.#tables[part.number] ??= new Uint8Array(part.length);
        this.#tables[part.number].set(part.bytes, part.at);
        break;
    }
  }

  /** @throws Error before the first part was added */
  get whole(): ServedConfiguration {
    if (this.#rest === undefined) throw new Error('a configuration without its first part');
    return Object.freeze({
      ...this.#rest,
      registries: Object.freeze(this.#registries),
      stores: Object.freeze(this.#stores),
      networks: Object.freeze({
        places: this.#places,
        tables: Object.freeze(this.#tables),
      }),
    });
  }
}
