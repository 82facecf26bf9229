import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Asking } from './asking.ts';
import type { Begun, Waiter } from './checks.ts';
import type { Known } from './state.ts';
import { ManualClock, settlePromises } from './testing/manual-clock.ts';
import { timed } from './testing/presence-under-test.ts';

/** Asks spaces 0, 1, 2 … with this knowledge in memory and these results of requesting a check. */
function askingUnderTest(known: readonly Known[], begun: readonly Begun[] = []) {
  const clock = new ManualClock();
  const checked: { space: number; at: number }[] = [];
  const waiters: Waiter[] = [];
  const asking = new Asking([...known.keys()], {
    clock,
    budget: 500,
    hedge: 100,
    atMost: 3,
    known: (space) => known[space],
    begin: (space, waiter) => {
      checked.push({ space, at: clock.now() });
      waiters[space] = waiter;
      return begun[space] ?? 'waiting';
    },
  });
  const wait = timed(asking.start(), clock);
  return { clock, checked, waiters, wait };
}

const FOUR_UNASKED = ['unasked', 'unasked', 'unasked', 'unasked'] as const;

suite('known answers', () => {
  for (const found of ['present', 'stale'] as const) {
    test(`${found} ends the wait at once`, async () => {
      const { checked, wait, clock } = askingUnderTest(['absent', 'unknown', found, 'unasked']);
      await settlePromises();
      assert.equal(wait.endedAt, 0);
      assert.deepEqual(checked, []);
      assert.equal(clock.timers, 0);
    });
  }

  test('with nothing left to ask, the wait ends at once', async () => {
    for (const known of [[], ['absent', 'unknown']] as const) {
      const { wait, clock } = askingUnderTest(known);
      await settlePromises();
      assert.equal(wait.endedAt, 0);
      assert.equal(clock.timers, 0);
    }
  });

  test('a present found after the hedge ends the wait for the silent space', async () => {
    const { wait, clock, checked } = askingUnderTest(['unasked', 'absent', 'present']);
    await clock.advance(500);
    assert.equal(wait.endedAt, 100);
    assert.deepEqual(checked, [{ space: 0, at: 0 }]);
    assert.equal(clock.timers, 0);
  });
});

suite('the order of asking', () => {
  test('a silent space leads to the next after the hedge, and at most three are asked', async () => {
    const { wait, clock, checked } = askingUnderTest(FOUR_UNASKED);
    await clock.advance(1000);
    assert.deepEqual(checked, [
      { space: 0, at: 0 },
      { space: 1, at: 100 },
      { space: 2, at: 200 },
    ]);
    assert.equal(wait.endedAt, 500);
    assert.equal(clock.timers, 0);
  });

  test('absent and unknown lead to the next at once, and restart the hedge', async () => {
    const { wait, clock, checked, waiters } = askingUnderTest(FOUR_UNASKED);
    await clock.advance(50);
    waiters[0].settle('absent');
    await clock.advance(99);
    assert.deepEqual(checked.at(-1), { space: 1, at: 50 });
    await clock.advance(1);
    assert.deepEqual(checked.at(-1), { space: 2, at: 150 });
    waiters[2].settle('unknown');
    await clock.advance(10);
    assert.equal(wait.endedAt, undefined);
    waiters[1].settle('absent');
    await clock.advance(10);
    assert.equal(wait.endedAt, 160);
    assert.equal(clock.timers, 0);
  });

  test('any present ends the wait, and later results are ignored', async () => {
    const { wait, clock, checked, waiters } = askingUnderTest(FOUR_UNASKED);
    await clock.advance(120);
    waiters[1].settle('present');
    waiters[0].settle('absent');
    await clock.advance(400);
    assert.equal(wait.endedAt, 120);
    assert.equal(checked.length, 2);
    assert.equal(clock.timers, 0);
  });

  test('after three asked spaces, memory is still consulted', async () => {
    const { wait, clock } = askingUnderTest([
      'unasked',
      'unasked',
      'unasked',
      'unasked',
      'present',
    ]);
    await clock.advance(1000);
    assert.equal(wait.endedAt, 300);
  });

  test('the last space has no hedge', () => {
    const { clock } = askingUnderTest(['absent', 'unasked']);
    assert.equal(clock.timers, 1, 'the budget only');
  });

  test('a late space counts as asked, one that refuses a check does not', async () => {
    const behind = askingUnderTest([...FOUR_UNASKED, 'unasked'], ['behind', 'behind', 'behind']);
    await settlePromises();
    assert.equal(behind.checked.length, 3);
    assert.equal(behind.wait.endedAt, 0);

    const refused = askingUnderTest(
      [...FOUR_UNASKED, 'unasked'],
      ['refused', 'refused', 'waiting'],
    );
    await settlePromises();
    assert.deepEqual(refused.checked.at(-1), { space: 2, at: 0 });
    assert.equal(refused.wait.endedAt, undefined);
  });
});
