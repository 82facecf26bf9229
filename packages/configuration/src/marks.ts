import type { Provenance } from './provenance.ts';
import { childOf, type UncheckedRecord } from './record.ts';

/**
 * The origin of each part of a configuration, stored outside the plain objects themselves: an object keeps its marks
 * when the list or map around it is copied.
 */
export class Marks {
  readonly #keys = new WeakMap<object, Map<PropertyKey, Provenance>>();
  readonly #whole = new WeakMap<object, Provenance>();

  /** Records the origin of a key's value. */
  mark(container: object, key: PropertyKey, provenance: Provenance): void {
    const marks = this.#keys.get(container) ?? new Map<PropertyKey, Provenance>();
    this.#keys.set(container, marks.set(key, provenance));
  }

  /** Records the origin of a whole object. */
  markWhole(container: object, provenance: Provenance): void {
    this.#whole.set(container, provenance);
  }

  /** A copy of a map with some keys set, which get the given origin. */
  with(from: UncheckedRecord, changes: UncheckedRecord, provenance: Provenance): UncheckedRecord {
    const copy = { ...from, ...changes };
    for (const [key, each] of this.#keys.get(from) ?? []) this.mark(copy, key, each);
    for (const key of Object.keys(changes)) this.mark(copy, key, provenance);
    this.markWhole(copy, this.#whole.get(from) ?? provenance);
    return copy;
  }

  /** The origin of a part; if it is missing, the origin of the nearest part that would contain it. */
  at(source: unknown, path: readonly PropertyKey[]): Provenance | undefined {
    let found = this.#wholeOf(source);
    let value = source;
    for (const step of path) {
      const child = childOf(value, step);
      const key = typeof value === 'object' && value !== null ? this.#keys.get(value) : undefined;
      found = key?.get(step) ?? this.#wholeOf(child) ?? found;
      value = child;
    }
    return found;
  }

  #wholeOf(value: unknown): Provenance | undefined {
    return typeof value === 'object' && value !== null ? this.#whole.get(value) : undefined;
  }
}
