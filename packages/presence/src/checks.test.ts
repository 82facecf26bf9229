import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Checks, type Waiter } from './checks.ts';
import type { CheckResult, PresenceState } from './state.ts';
import { ManualClock, settlePromises } from './testing/manual-clock.ts';
import { ABSENT, PRESENT, UNKNOWN } from './testing/presence-under-test.ts';
import { ScriptedCheck } from './testing/scripted-check.ts';

class RecordingWaiter implements Waiter {
  readonly settled: PresenceState[] = [];

  settle(state: PresenceState): void {
    this.settled.push(state);
  }
}

function checksUnderTest(inFlight = 64) {
  const clock = new ManualClock();
  const script = new ScriptedCheck<string>();
  const learnt: [number, string, CheckResult][] = [];
  const checks = new Checks<string>({
    check: script.check,
    clock,
    budget: 500,
    inFlight,
    late: new Set(),
    learn: (space, key, result) => learnt.push([space, key, result]),
  });
  return { clock, script, learnt, checks };
}

test('a result that the space gave another process does not show that it answers in time now', async () => {
  const { clock, script, checks } = checksUnderTest();
  checks.begin(0, 'a');
  await clock.advance(500);
  assert.equal(checks.isLate(0), true);
  checks.begin(0, 'b');
  script.take();
  script.take().answer({ ...PRESENT, age: 0 });
  await settlePromises();
  assert.equal(checks.isLate(0), true);
  checks.begin(0, 'c');
  script.take().answer(PRESENT);
  await settlePromises();
  assert.equal(checks.isLate(0), false);
});

suite('sharing', () => {
  test('one check serves all waiters for a key in a space', async () => {
    const { script, checks, learnt, clock } = checksUnderTest();
    const waiters = Array.from({ length: 3 }, () => new RecordingWaiter());
    for (const waiter of waiters) assert.equal(checks.begin(0, 'a', waiter), 'waiting');
    assert.equal(checks.begin(0, 'a'), 'behind');
    assert.equal(script.asked, 1);
    script.take().answer(PRESENT);
    await settlePromises();
    for (const { settled } of waiters) assert.deepEqual(settled, ['present']);
    assert.deepEqual(learnt, [[0, 'a', PRESENT]]);
    assert.equal(clock.timers, 0);
    assert.equal(checks.inFlight(0), 0);
  });

  test('other keys, other spaces and later requests get separate checks', async () => {
    const { script, checks } = checksUnderTest();
    checks.begin(0, 'a');
    checks.begin(0, 'b');
    checks.begin(1, 'a');
    assert.equal(script.asked, 3);
    script.take().answer(ABSENT);
    await settlePromises();
    checks.begin(0, 'a');
    assert.equal(script.asked, 4);
  });

  test('a check that rejects or throws counts as unknown', async () => {
    const { script, checks, learnt } = checksUnderTest();
    const waiter = new RecordingWaiter();
    checks.begin(0, 'a', waiter);
    script.take().reject(new Error('connection refused'));
    await settlePromises();
    assert.deepEqual(waiter.settled, ['unknown']);
    assert.deepEqual(learnt, [[0, 'a', UNKNOWN]]);

    const states: PresenceState[] = [];
    const throwing = new Checks<string>({
      check: () => {
        throw new Error('no such host');
      },
      clock: new ManualClock(),
      budget: 500,
      inFlight: 1,
      late: new Set(),
      learn: (_space, _key, { state }) => states.push(state),
    });
    throwing.begin(0, 'a');
    await settlePromises();
    assert.deepEqual(states, ['unknown']);
    assert.equal(throwing.inFlight(0), 0);
  });

  test('a check without an answer ends the wait and is not remembered', async () => {
    const { script, checks, learnt } = checksUnderTest();
    const waiter = new RecordingWaiter();
    checks.begin(0, 'a', waiter);
    script.take().answer(undefined);
    await settlePromises();
    assert.deepEqual(waiter.settled, ['unknown']);
    assert.deepEqual(learnt, []);
  });

  test('the 65th in flight is refused, in its space only', () => {
    const { script, checks } = checksUnderTest();
    for (let number = 0; number < 64; number++) checks.begin(0, `key ${number}`);
    assert.equal(checks.begin(0, 'one more', new RecordingWaiter()), 'refused');
    assert.equal(checks.refused, 1);
    assert.equal(checks.begin(0, 'key 63', new RecordingWaiter()), 'waiting');
    assert.equal(checks.begin(1, 'one more'), 'behind');
    assert.equal(script.asked, 65);
  });
});

suite('a late space', () => {
  test('releases all waiters for any of its keys', async () => {
    const { clock, checks } = checksUnderTest();
    const [first, second, elsewhere] = Array.from({ length: 3 }, () => new RecordingWaiter());
    checks.begin(0, 'a', first);
    await clock.advance(300);
    checks.begin(0, 'b', second);
    checks.begin(1, 'a', elsewhere);
    await clock.advance(199);
    assert.equal(checks.isLate(0), false);
    assert.deepEqual(first.settled, []);
    await clock.advance(1);
    assert.equal(checks.isLate(0), true);
    assert.deepEqual([first.settled, second.settled], [['unknown'], ['unknown']]);
    assert.deepEqual(elsewhere.settled, []);
  });

  test('does not notify released waiters of its late answer', async () => {
    const { clock, checks, script, learnt } = checksUnderTest();
    const waiter = new RecordingWaiter();
    checks.begin(0, 'a', waiter);
    await clock.advance(500);
    script.take().answer(PRESENT);
    await settlePromises();
    assert.deepEqual(waiter.settled, ['unknown']);
    assert.deepEqual(learnt, [[0, 'a', PRESENT]]);
  });

  test('is still asked, but not waited for, until a definite answer arrives', async () => {
    const { clock, checks, script, learnt } = checksUnderTest();
    checks.begin(0, 'a');
    await clock.advance(500);
    const waiter = new RecordingWaiter();
    assert.equal(checks.begin(0, 'b', waiter), 'behind');
    assert.equal(script.asked, 2);
    for (const vague of [UNKNOWN, undefined]) {
      script.take().answer(vague);
      await settlePromises();
      assert.equal(checks.isLate(0), true);
    }
    checks.begin(0, 'c');
    script.take().answer(ABSENT);
    await settlePromises();
    assert.equal(checks.isLate(0), false);
    assert.equal(checks.begin(0, 'd', waiter), 'waiting');
    assert.deepEqual(waiter.settled, []);
    assert.deepEqual(learnt.at(-1), [0, 'c', ABSENT]);
  });

  test('is waited for again once it answers, except for an overdue check', async () => {
    const { clock, checks, script } = checksUnderTest();
    checks.begin(0, 'a');
    checks.begin(0, 'b');
    await clock.advance(500);
    script.take().answer(PRESENT);
    await settlePromises();
    assert.equal(checks.begin(0, 'b', new RecordingWaiter()), 'behind');
    assert.equal(checks.begin(0, 'c', new RecordingWaiter()), 'waiting');
  });

  test('is not assumed after the process was frozen: waiting ends, and the space is not blamed', async () => {
    const { clock, checks } = checksUnderTest();
    const waiter = new RecordingWaiter();
    checks.begin(0, 'a', waiter);
    await clock.thawAfter(60_000);
    assert.deepEqual(waiter.settled, ['unknown']);
    assert.equal(checks.isLate(0), false);
    assert.equal(checks.begin(0, 'a', waiter), 'behind');
    assert.equal(checks.begin(0, 'b', waiter), 'waiting');
  });
});
