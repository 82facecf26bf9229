import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type SharedCheck, SharedChecks, type SharedOutcome } from './shared-checks.ts';
import { decodeValue, encodeResult } from './shared-values.ts';
import type { CheckResult } from './state.ts';
import { FakeSharedMemory } from './testing/fake-shared-memory.ts';
import { ManualClock } from './testing/manual-clock.ts';
import { ABSENT, PRESENT, UNKNOWN } from './testing/presence-under-test.ts';

const KEY = Uint8Array.of(7);
const OTHER = Uint8Array.of(8);
const EPOCH = 1_800_000_000_000;

/** One process that asks for a key, and what it got. */
interface Process {
  readonly outcomes: readonly SharedOutcome[];
  /** Number of times that it asked the store. */
  readonly asked: () => number;
  /** Answers what the store was asked. */
  readonly answer: (result: CheckResult | undefined) => void;
  readonly reject: () => void;
  readonly check: (more?: Partial<SharedCheck>) => {
    result: CheckResult | undefined | 'waiting' | 'rejected';
    at: number;
  };
}

function shared() {
  const clock = new ManualClock();
  const memory = new FakeSharedMemory(clock);
  let tokens = 0;
  const start = (): Process => {
    const outcomes: SharedOutcome[] = [];
    const checks = new SharedChecks({
      memory,
      clock,
      wallClock: () => EPOCH + clock.now(),
      token: () => Uint8Array.of(++tokens),
      lifetimes: { presentFor: 60_000, absentFor: 10_000 },
      budget: 500,
      counted: (outcome) => outcomes.push(outcome),
    });
    const asked: PromiseWithResolvers<CheckResult | undefined>[] = [];
    const ask = (): Promise<CheckResult | undefined> => {
      const answer = Promise.withResolvers<CheckResult | undefined>();
      asked.push(answer);
      return answer.promise;
    };
    return {
      outcomes,
      asked: () => asked.length,
      answer: (result) => asked.at(-1)?.resolve(result),
      reject: () => asked.at(-1)?.reject(new Error('refused')),
      check(more) {
        const seen: ReturnType<Process['check']> = { result: 'waiting', at: -1 };
        const settle = (result: typeof seen.result): void => {
          Object.assign(seen, { result, at: clock.now() });
        };
        checks.check({ key: KEY, ask, ...more }).then(settle, () => settle('rejected'));
        return seen;
      },
    };
  };
  return { clock, memory, start };
}

function stored(memory: FakeSharedMemory): unknown {
  const bytes = memory.value(KEY);
  return bytes && decodeValue(bytes, EPOCH)?.kind;
}

suite('what one process has learnt', () => {
  for (const [name, result, lifetime] of [
    ['present', PRESENT, 60_000],
    ['absent', ABSENT, 10_000],
  ] as const)
    test(`${name}: the others find it, with its age, while it lives`, async () => {
      const { clock, memory, start } = shared();
      const [one, other] = [start(), start()];
      const first = one.check();
      await clock.advance(0);
      one.answer(result);
      await clock.advance(0);
      assert.deepEqual(first.result, result);
      assert.equal(memory.lifetime(KEY), lifetime);
      await clock.advance(7000);
      const second = other.check();
      await clock.advance(0);
      assert.deepEqual(second.result, { ...result, age: 7000 });
      assert.deepEqual([other.asked(), other.outcomes], [0, ['found']]);
      await clock.advance(lifetime);
      const later = other.check();
      await clock.advance(0);
      assert.deepEqual([later.result, other.asked()], ['waiting', 1]);
    });

  test('an unknown result is not shared, and the next process asks at once', async () => {
    const { clock, memory, start } = shared();
    for (const result of [UNKNOWN, undefined]) {
      const process = start();
      const check = process.check();
      await clock.advance(0);
      assert.equal(stored(memory), 'lease');
      process.answer(result);
      await clock.advance(0);
      assert.deepEqual([check.result, stored(memory)], [result, undefined]);
    }
  });

  test('asking that fails gives the lease back', async () => {
    const { clock, memory, start } = shared();
    const process = start();
    const check = process.check();
    await clock.advance(0);
    process.reject();
    await clock.advance(0);
    assert.deepEqual([check.result, stored(memory)], ['rejected', undefined]);
  });

  test('a result that is older than this process allows is asked for again, and replaced', async () => {
    const { clock, memory, start } = shared();
    memory.put(KEY, encodeResult(PRESENT, EPOCH - 61_000), 600_000);
    const process = start();
    const check = process.check();
    await clock.advance(0);
    process.answer(ABSENT);
    await clock.advance(0);
    assert.deepEqual([check.result, memory.lifetime(KEY)], [ABSENT, 10_000]);
  });

  test('garbage is asked for as if there were nothing, and replaced', async () => {
    const { clock, memory, start } = shared();
    memory.put(KEY, Uint8Array.from(Buffer.from('garbage')), 600_000);
    const process = start();
    process.check();
    await clock.advance(0);
    process.answer(PRESENT);
    await clock.advance(0);
    assert.equal(stored(memory), 'result');
  });

  test('one round trip reads all stores of a request, and others are learnt', async () => {
    const { clock, memory, start } = shared();
    const learnt: CheckResult[] = [];
    const learn = (result: CheckResult): void => void learnt.push(result);
    memory.put(OTHER, encodeResult(PRESENT, EPOCH), 600_000);
    const process = start();
    process.check({
      others: [
        { key: OTHER, learn },
        { key: Uint8Array.of(9), learn },
      ],
    });
    await clock.advance(0);
    assert.deepEqual([memory.looks, learnt], [[3], [{ ...PRESENT, age: 0 }]]);
    assert.equal(process.asked(), 1);
  });

  test('what another process asks of another store is not learnt', async () => {
    const { clock, memory, start } = shared();
    const learnt: CheckResult[] = [];
    start().check({ key: OTHER });
    await clock.advance(0);
    start().check({ others: [{ key: OTHER, learn: (result) => void learnt.push(result) }] });
    await clock.advance(0);
    assert.deepEqual([memory.looks, learnt], [[1, 2], []]);
  });
});

suite('many processes at the same moment', () => {
  test('one asks, and all others get its result', async () => {
    const { clock, start } = shared();
    const processes = Array.from({ length: 8 }, start);
    const checks = processes.map((process) => process.check());
    await clock.advance(150);
    assert.deepEqual(
      processes.map((process) => process.asked()),
      [1, 0, 0, 0, 0, 0, 0, 0],
    );
    processes[0].answer(PRESENT);
    await clock.advance(20);
    assert.deepEqual(checks[0].result, PRESENT);
    for (const { result } of checks.slice(1)) assert.deepEqual(result, { ...PRESENT, age: 155 });
    assert.deepEqual(processes[7].outcomes, ['waited']);
    await clock.advance(1000);
    assert.equal(clock.timers, 0);
  });

  test('the death of the one that asks costs less than the budget, and one of the others takes its place', async () => {
    const { clock, start } = shared();
    const dead = start();
    dead.check();
    await clock.advance(0);
    const others = [start(), start(), start()];
    const checks = others.map((process) => process.check());
    await clock.advance(240);
    assert.equal(others.filter((process) => process.asked() === 1).length, 1);
    assert.equal(others.filter((process) => process.asked() === 0).length, 2);
    for (const process of others) process.answer(PRESENT);
    await clock.advance(25);
    for (const { result, at } of checks) {
      assert.ok(typeof result === 'object' && result.state === 'present');
      assert.ok(at <= 270, String(at));
    }
  });

  test('a slow store is asked by each after a part of the budget, and the first answer serves all', async () => {
    const { clock, start } = shared();
    const processes = [start(), start(), start()];
    const checks = processes.map((process) => process.check());
    await clock.advance(400);
    assert.deepEqual(
      processes.map((process) => process.asked()),
      [1, 1, 1],
    );
    processes[0].answer(ABSENT);
    await clock.advance(25);
    for (const { result } of checks)
      assert.ok(typeof result === 'object' && result.state === 'absent');
    for (const process of processes.slice(1)) process.answer(PRESENT);
    await clock.advance(1000);
    assert.equal(clock.timers, 0);
  });

  test('a store that answers no process in time is waited for no longer than without sharing', async () => {
    const { clock, start } = shared();
    const processes = [start(), start()];
    const checks = processes.map((process) => process.check());
    await clock.advance(600);
    const timers = clock.timers;
    for (const process of processes) process.answer(UNKNOWN);
    await clock.advance(0);
    assert.deepEqual(
      [timers, ...checks.map(({ result }) => result)],
      [0, UNKNOWN, UNKNOWN],
      'no look after the budget',
    );
  });

  test('while both ask, one that fails does not hide the result of the other', async () => {
    const { clock, start } = shared();
    const processes = [start(), start()];
    const checks = processes.map((process) => process.check());
    await clock.advance(350);
    processes[1].reject();
    await clock.advance(25);
    assert.equal(checks[1].result, 'rejected');
    processes[0].answer(PRESENT);
    await clock.advance(25);
    assert.deepEqual(checks[0].result, PRESENT);
  });
});

suite('without the memory', () => {
  test('a memory that is not available is not called', async () => {
    const { clock, memory, start } = shared();
    memory.available = false;
    const process = start();
    const check = process.check();
    process.answer(PRESENT);
    await clock.advance(0);
    assert.deepEqual([check.result, memory.looks, process.outcomes], [PRESENT, [], []]);
  });

  test('one that answers nothing costs one look', async () => {
    const { clock, memory, start } = shared();
    memory.silent = true;
    const process = start();
    const check = process.check();
    await clock.advance(0);
    process.answer(PRESENT);
    await clock.advance(0);
    assert.deepEqual([check.result, process.outcomes], [PRESENT, ['failed']]);
  });

  test('one that is full is read, and every process asks at once', async () => {
    const { clock, memory, start } = shared();
    memory.full = true;
    const processes = [start(), start()];
    processes.forEach((process) => process.check());
    await clock.advance(0);
    assert.deepEqual(
      processes.map((process) => process.asked()),
      [1, 1],
    );
  });

  test('one that goes while a process waits for another lets it ask', async () => {
    const { clock, memory, start } = shared();
    start().check();
    await clock.advance(0);
    const other = start();
    other.check();
    await clock.advance(3);
    memory.silent = true;
    await clock.advance(5);
    assert.deepEqual([other.asked(), other.outcomes], [1, ['failed']]);
  });

  test('one that goes while two processes ask is no longer looked at', async () => {
    const { clock, memory, start } = shared();
    start().check();
    await clock.advance(0);
    start().check();
    await clock.advance(310);
    memory.silent = true;
    await clock.advance(25);
    memory.available = false;
    await clock.advance(25);
    const looks = memory.looks.length;
    await clock.advance(500);
    assert.deepEqual([memory.looks.length, clock.timers], [looks, 0]);
  });
});

test('a check that may not write takes no lease and shares no result, but finds those of others', async () => {
  const { clock, memory, start } = shared();
  const process = start();
  process.check({ readOnly: true });
  await clock.advance(0);
  assert.equal(stored(memory), undefined);
  process.answer(PRESENT);
  await clock.advance(0);
  assert.equal(stored(memory), undefined);
  memory.put(KEY, encodeResult(ABSENT, EPOCH), 600_000);
  const check = process.check({ readOnly: true });
  await clock.advance(0);
  assert.deepEqual(check.result, { ...ABSENT, age: 0 });
});
