import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PresenceMemory, SECOND_CHANCES } from './memory.ts';
import type { Known, PresenceState } from './state.ts';

const LIFETIMES = Object.freeze({ presentFor: 20, absentFor: 10, unknownFor: 3 });

/** Reference implementation: one object per entry in a Map, whose order is the order of eviction. */
class ObviousMemory {
  readonly #entries = new Map<
    string,
    { state: PresenceState; size: number; refreshAt: number; expiresAt: number; uses: number }
  >();
  readonly #bound: number;
  evictions = 0;

  constructor(bound: number) {
    this.#bound = bound;
  }

  get entries(): number {
    return this.#entries.size;
  }

  peek(space: number, key: Uint32Array, tick: number): Known {
    const entry = this.#entries.get(nameOf(space, key));
    if (entry === undefined || tick >= entry.expiresAt) return 'unasked';
    if (entry.state === 'present' && tick >= entry.refreshAt) return 'stale';
    return entry.state;
  }

  lookup(space: number, key: Uint32Array, tick: number): Known {
    const known = this.peek(space, key, tick);
    const entry = this.#entries.get(nameOf(space, key));
    if (known !== 'unasked') entry!.uses++;
    return known;
  }

  sizeOf(space: number, key: Uint32Array, tick: number): number {
    const unasked = this.peek(space, key, tick) === 'unasked';
    return unasked ? -1 : this.#entries.get(nameOf(space, key))!.size;
  }

  learn(space: number, key: Uint32Array, state: PresenceState, size: number, tick: number): void {
    const name = nameOf(space, key);
    const before = this.#entries.get(name);
    const known = this.peek(space, key, tick);
    if (state === 'unknown' && known === 'absent') return;
    if (state === 'unknown' && (known === 'present' || known === 'stale')) {
      before!.refreshAt = Math.max(before!.refreshAt, tick + LIFETIMES.unknownFor);
      return;
    }
    if (before === undefined && this.#entries.size === this.#bound) this.#evict(tick);
    const lifetime = {
      present: 2 * LIFETIMES.presentFor,
      absent: LIFETIMES.absentFor,
      unknown: LIFETIMES.unknownFor,
    }[state];
    this.#entries.set(name, {
      state,
      size,
      refreshAt: tick + LIFETIMES.presentFor,
      expiresAt: tick + lifetime,
      uses: before?.uses ?? 0,
    });
  }

  #evict(tick: number): void {
    for (let spared = 0; ; spared++) {
      const [name, entry] = this.#entries.entries().next().value!;
      this.#entries.delete(name);
      const live = tick < entry.expiresAt;
      if (spared === SECOND_CHANCES || entry.uses < 2 || !live) {
        if (live) this.evictions++;
        return;
      }
      this.#entries.set(name, { ...entry, uses: 1 });
    }
  }
}

function nameOf(space: number, key: Uint32Array): string {
  return `${space}/${key.join()}`;
}

test('flat memory agrees with the reference implementation', () => {
  const where = { space: fc.constantFrom(0, 1, 0xffff), key: fc.integer({ min: 0, max: 15 }) };
  const step = fc.oneof(
    fc.record({
      ...where,
      kind: fc.constant('learn' as const),
      state: fc.constantFrom<PresenceState>('present', 'absent', 'unknown'),
      size: fc.integer({ min: -1, max: 9 }),
    }),
    fc.record({ ...where, kind: fc.constantFrom('lookup' as const, 'peek' as const) }),
    fc.record({
      ...where,
      kind: fc.constant('wait' as const),
      ticks: fc.integer({ min: 1, max: 25 }),
    }),
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 14 }),
      fc.array(step, { maxLength: 120, size: 'max' }),
      (bound, steps) => {
        const memory = new PresenceMemory({
          words: 2,
          entries: bound,
          seed: [3, 4],
          lifetimes: LIFETIMES,
        });
        const twin = new ObviousMemory(bound);
        let tick = 0;
        for (const step of steps) {
          const key = Uint32Array.of(step.key, 0);
          if (step.kind === 'wait') {
            tick += step.ticks;
          } else if (step.kind === 'learn') {
            for (const each of [memory, twin]) {
              each.learn(step.space, key, step.state, step.size, tick);
            }
          } else {
            const known = memory[step.kind](step.space, key, tick);
            assert.equal(known, twin[step.kind](step.space, key, tick));
          }
          assert.equal(memory.sizeOf(step.space, key, tick), twin.sizeOf(step.space, key, tick));
          assert.equal(memory.entries, twin.entries);
          assert.equal(memory.evictions, twin.evictions);
        }
        for (const space of [0, 1, 0xffff]) {
          for (let number = 0; number < 16; number++) {
            const key = Uint32Array.of(number, 0);
            assert.equal(memory.peek(space, key, tick), twin.peek(space, key, tick));
          }
        }
      },
    ),
    { numRuns: 1000 },
  );
});
