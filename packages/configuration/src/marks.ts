import type { Provenance } from './provenance.ts';
import { childOf, type UncheckedRecord } from './record.ts';

/**
 * Where each part of a configuration comes from, kept beside the plain objects that hold it: an object keeps its marks
 * when a list or a map around it is made anew.
 */
export class Marks {
  readonly #keys = new WeakMap<object, Map<PropertyKey, Provenance>>();
  readonly #whole = new WeakMap<object, Provenance>();

  /** Says where what stands at a key of an object comes from. */
  mark(container: object, key: PropertyKey, provenance: Provenance): void {
    const marks = this.#keys.get(container) ?? new Map<PropertyKey, Provenance>();
    this.#keys.set(container, marks.set(key, provenance));
  }

  /** Says where a whole object comes from. */
  markWhole(container: object, provenance: Provenance): void {
    this.#whole.set(container, provenance);
  }

  /** A copy of a map with some keys set, each of which comes from the place given. */
  with(from: UncheckedRecord, changes: UncheckedRecord, provenance: Provenance): UncheckedRecord {
    const copy = { ...from, ...changes };
    for (const [key, each] of this.#keys.get(from) ?? []) this.mark(copy, key, each);
    for (const key of Object.keys(changes)) this.mark(copy, key, provenance);
    this.markWhole(copy, this.#whole.get(from) ?? provenance);
    return copy;
  }

  /** Where a part comes from; of a part that is not there, where what it would stand in comes from. */
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
