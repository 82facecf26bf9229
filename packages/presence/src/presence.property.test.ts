import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Presence, PRESENCE_DEFAULTS } from './presence.ts';
import type { CheckResult } from './state.ts';
import { ManualClock } from './testing/manual-clock.ts';
import { ABSENT, numberKeys, PRESENT, timed, UNKNOWN } from './testing/presence-under-test.ts';
import { ScriptedCheck } from './testing/scripted-check.ts';

const SPACES = 4;
const IN_FLIGHT = 3;
const { budget, atMost } = PRESENCE_DEFAULTS;

const space = fc.integer({ min: 0, max: SPACES - 1 });
const key = fc.integer({ min: 0, max: 5 });
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      key,
      spaces: fc.shuffledSubarray([0, 1, 2, 3]),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('check' as const), key, space }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      nth: fc.nat(),
      result: fc.constantFrom<CheckResult | undefined | 'reject'>(
        PRESENT,
        ABSENT,
        UNKNOWN,
        undefined,
        'reject',
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      milliseconds: fc.constantFrom(1, 50, 99, 100, 250, 500, 2_000, 11_000, 700_000, 86_400_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('freeze' as const),
      milliseconds: fc.constantFrom(400, 60_000),
    }),
  },
);

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** A Presence and its environment, with invariants checked after every step. */
class Watch {
  readonly clock = new ManualClock();
  readonly script = new ScriptedCheck<number>();
  readonly #underWay = new Set<string>();
  /** The last definite answer of each space and key. */
  readonly #answers = new Map<string, CheckResult>();
  readonly #asks: { readonly due: number; readonly wait: { endedAt: number | undefined } }[] = [];
  /** Recorded here, since a throwing check only counts as unknown. */
  readonly #violations: string[] = [];
  #thawedAt = 0;

  readonly presence = new Presence<number>({
    spaces: SPACES,
    keys: numberKeys(100),
    check: async (space, key) => {
      const name = `${space}/${key}`;
      if (this.#underWay.has(name)) this.#violations.push(`two checks in flight for ${name}`);
      this.#underWay.add(name);
      const inSpace = [...this.#underWay].filter((each) => each.startsWith(`${space}/`));
      if (inSpace.length > IN_FLIGHT) this.#violations.push(`too many in flight for ${space}`);
      try {
        const result = await this.script.check(space, key);
        if (result !== undefined && result.state !== 'unknown') this.#answers.set(name, result);
        return result;
      } finally {
        this.#underWay.delete(name);
      }
    },
    clock: this.clock,
    seed: [5, 6],
    inFlight: IN_FLIGHT,
  });

  async run(step: Step): Promise<void> {
    if (step.kind === 'ask') {
      const before = this.script.asked;
      const due = this.clock.now() + budget;
      this.#asks.push({ due, wait: timed(this.presence.ask(step.spaces, step.key), this.clock) });
      assert.ok(this.script.asked - before <= atMost);
    } else if (step.kind === 'check') {
      this.presence.check(step.space, step.key);
    } else if (step.kind === 'answer') {
      this.#answer(step.nth, step.result);
    } else if (step.kind === 'wait') {
      await this.clock.advance(step.milliseconds);
    } else {
      await this.clock.thawAfter(step.milliseconds);
      this.#thawedAt = this.clock.now();
    }
    await this.clock.advance(0);
    this.verify();
  }

  verify(): void {
    assert.deepEqual(this.#violations, []);
    for (const { due, wait } of this.#asks) {
      const latest = Math.max(due, this.#thawedAt);
      if (wait.endedAt === undefined)
        assert.ok(this.clock.now() < due, 'every ask ends by its budget');
      else assert.ok(wait.endedAt <= latest, 'every ask ends by its budget');
    }
    for (let space = 0; space < SPACES; space++) {
      for (let key = 0; key <= 5; key++) this.#verifyKnown(space, key);
    }
  }

  async end(): Promise<void> {
    while (this.script.pending.length > 0) {
      this.script.take().answer(ABSENT);
      await this.clock.advance(0);
    }
    await this.clock.advance(budget);
    this.verify();
    assert.equal(this.clock.timers, 0, 'no timer is left when nothing is in flight');
    for (let space = 0; space < SPACES; space++) assert.equal(this.presence.inFlight(space), 0);
  }

  #answer(nth: number, result: CheckResult | undefined | 'reject'): void {
    const { pending } = this.script;
    if (pending.length === 0) return;
    const check = this.script.take(pending[nth % pending.length].space);
    if (result === 'reject') check.reject(new Error('failed'));
    else check.answer(result);
  }

  #verifyKnown(space: number, key: number): void {
    const known = this.presence.lookup(space, key);
    const answer = this.#answers.get(`${space}/${key}`);
    if (known === 'absent') assert.equal(answer?.state, 'absent');
    if (known === 'present' || known === 'stale') {
      assert.equal(answer?.state, 'present');
      assert.equal(this.presence.sizeOf(space, key), 1234);
    }
  }
}

test('for any sequence of requests and answers, asks end by the budget, and checks are shared and bounded', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      const watch = new Watch();
      for (const step of steps) await watch.run(step);
      await watch.end();
    }),
    { numRuns: 300 },
  );
});
