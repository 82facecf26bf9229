import type { Clock } from '../clock.ts';
import type { Lease, Look, SharedMemory } from '../shared-checks.ts';

/** A shared memory for tests: a map whose values expire, and that can fail. */
export class FakeSharedMemory implements SharedMemory {
  readonly #clock: Clock;
  readonly #values = new Map<string, { value: Uint8Array; until: number }>();
  available = true;
  /** Whether it answers nothing. */
  silent = false;
  /** Whether it writes nothing. */
  full = false;
  /** Number of looks, and of the keys in each. */
  readonly looks: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A value that has not expired; undefined if there is none. */
  value(key: Uint8Array): Uint8Array | undefined {
    const found = this.#values.get(key.join());
    return found !== undefined && this.#clock.now() < found.until ? found.value : undefined;
  }

  /** Milliseconds until the value of a key expires. */
  lifetime(key: Uint8Array): number {
    return (this.#values.get(key.join())?.until ?? 0) - this.#clock.now();
  }

  look(keys: readonly Uint8Array[], lease?: Lease): Promise<Look | undefined> {
    this.looks.push(keys.length);
    if (this.silent) return Promise.resolve(undefined);
    const values = keys.map((key) => this.value(key));
    const leased = lease !== undefined && values[0] === undefined && !this.full;
    if (leased) this.put(keys[0], lease.value, lease.milliseconds);
    return Promise.resolve({ values, leased });
  }

  put(key: Uint8Array, value: Uint8Array, milliseconds: number): void {
    if (!this.full)
      this.#values.set(key.join(), { value, until: this.#clock.now() + milliseconds });
  }

  remove(key: Uint8Array, value: Uint8Array): void {
    if (this.value(key)?.join() === value.join()) this.#values.delete(key.join());
  }
}
