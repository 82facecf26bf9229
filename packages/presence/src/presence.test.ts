import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Presence } from './presence.ts';
import { ManualClock } from './testing/manual-clock.ts';
import {
  ABSENT,
  numberKeys,
  PRESENT,
  presenceUnderTest,
  timed,
  UNKNOWN,
} from './testing/presence-under-test.ts';

const DAY = 24 * 60 * 60 * 1000;

suite('sharing checks', () => {
  test('100 simultaneous first pulls of one blob cost one HEAD', async () => {
    const { presence, clock, script } = presenceUnderTest();
    const pulls = Array.from({ length: 100 }, () => timed(presence.ask([0], 7), clock));
    await clock.advance(30);
    script.take().answer(PRESENT);
    await clock.advance(1);
    assert.ok(pulls.every(({ endedAt }) => endedAt === 5_030));
    assert.equal(presence.lookup(0, 7), 'present');
    assert.equal(presence.sizeOf(0, 7), 1234);
    assert.equal(script.asked, 1);
    assert.equal(clock.timers, 0);
  });

  test('50 pulls of a missing blob cost one', async () => {
    const { presence, clock, script } = presenceUnderTest();
    for (let pull = 0; pull < 50; pull++) {
      const wait = timed(presence.ask([0], 7), clock);
      if (pull === 0) script.take().answer(ABSENT);
      await clock.advance(1);
      assert.notEqual(wait.endedAt, undefined);
      assert.equal(presence.lookup(0, 7), 'absent');
    }
    assert.equal(script.asked, 1);
  });

  test('a result found elsewhere is recorded as if it had been checked here', async () => {
    const { presence, clock, script } = presenceUnderTest();
    presence.learn(0, 7, PRESENT);
    assert.equal(presence.lookup(0, 7), 'present');
    assert.equal(presence.sizeOf(0, 7), 1234);
    presence.learn(0, 7, UNKNOWN);
    assert.equal(presence.lookup(0, 7), 'present', 'unknown replaces nothing definite');
    presence.learn(0, 7, ABSENT);
    assert.equal(presence.lookup(0, 7), 'absent');
    presence.learn(1, -1, PRESENT);
    assert.equal(presence.lookup(1, -1), 'unasked', 'a key that cannot be remembered');
    assert.throws(() => presence.learn(4, 7, PRESENT), RangeError);
    await clock.advance(1);
    assert.equal(script.asked, 0);
  });

  test('a result that is older lives only for the rest of its lifetime', async () => {
    const { presence, clock } = presenceUnderTest({
      lifetimes: { presentFor: 20_000, absentFor: 10_000, unknownFor: 1000 },
    });
    presence.learn(0, 7, { ...PRESENT, age: 15_000 });
    presence.learn(1, 7, { ...ABSENT, age: 9_000 });
    presence.learn(2, 7, { ...PRESENT, age: 20_000 });
    presence.learn(3, 7, { ...PRESENT, age: 90_000 });
    const known = (): unknown => [0, 1, 2, 3].map((space) => presence.lookup(space, 7));
    assert.deepEqual(known(), ['present', 'absent', 'stale', 'unasked']);
    const isShared = (): unknown => [0, 1, 2, 3].map((space) => presence.isShared(space, 7));
    assert.deepEqual(isShared(), [true, true, true, false]);
    assert.equal(presence.isShared(0, 8), false);
    assert.equal(presence.isShared(0, -1), false);
    presence.learn(2, 7, UNKNOWN);
    assert.equal(presence.isShared(2, 7), true, 'an unknown result replaces nothing');
    presence.learn(2, 7, { ...PRESENT, age: 20_000 });
    presence.lookup(2, 7);
    await clock.advance(4_900);
    assert.deepEqual(known(), ['present', 'unasked', 'stale', 'unasked']);
    await clock.advance(100);
    assert.deepEqual(known(), ['stale', 'unasked', 'stale', 'unasked']);
    await clock.advance(15_000);
    assert.deepEqual(known(), ['stale', 'unasked', 'unasked', 'unasked']);
    presence.learn(0, 7, PRESENT);
    assert.deepEqual(isShared(), [false, false, false, false], 'what it asked itself');
  });

  test('a forgotten space loses its results, including late answers, and others keep theirs', async () => {
    const { presence, clock, script } = presenceUnderTest();
    for (const space of [0, 1, 2]) presence.learn(space, 7, PRESENT);
    presence.check(1, 8);
    presence.check(2, 8);
    const [old, other] = [script.take(), script.take()];
    presence.forget([0, 1]);
    assert.deepEqual(
      [0, 1, 2].map((space) => presence.lookup(space, 7)),
      ['unasked', 'unasked', 'present'],
    );
    assert.deepEqual([presence.inFlight(1), presence.inFlight(2)], [0, 1]);
    presence.check(1, 8);
    const again = script.take();
    old.answer(PRESENT);
    other.answer(PRESENT);
    await clock.advance(1);
    assert.deepEqual([presence.lookup(1, 8), presence.lookup(2, 8)], ['unasked', 'present']);
    again.answer(ABSENT);
    await clock.advance(1);
    assert.equal(presence.lookup(1, 8), 'absent');
    presence.learn(0, 7, UNKNOWN);
    assert.equal(presence.lookup(0, 7), 'unknown', 'nothing older is in its way');
    assert.throws(() => presence.forget([4]), RangeError);
  });

  test('background rechecks are shared', async () => {
    const { presence, clock, script } = presenceUnderTest();
    presence.check(0, 7);
    script.take().answer(PRESENT);
    await clock.advance(DAY);
    for (let pull = 0; pull < 20; pull++) {
      assert.equal(presence.lookup(0, 7), 'stale');
      presence.check(0, 7);
    }
    assert.equal(presence.inFlight(0), 1);
    script.take().answer(PRESENT);
    await clock.advance(1);
    assert.equal(presence.lookup(0, 7), 'present');
    assert.equal(script.asked, 2);
  });

  test('the 65th in flight is unknown at once and not remembered', async () => {
    const { presence, clock, script } = presenceUnderTest();
    for (let key = 0; key < 64; key++) presence.check(0, key);
    const wait = timed(presence.ask([0], 64), clock);
    await clock.advance(0);
    assert.equal(wait.endedAt, clock.now());
    assert.equal(presence.lookup(0, 64), 'unasked');
    assert.equal(presence.refused, 1);
    assert.equal(script.asked, 64);
  });
});

suite('waiting', () => {
  test('a hanging store delays the first request by the budget, and later ones not at all', async () => {
    const { presence, clock, script } = presenceUnderTest();
    const first = timed(presence.ask([0], 1), clock);
    await clock.advance(2_000);
    assert.equal(first.endedAt, 5_500);
    // The check's own time-out.
    script.take().answer(UNKNOWN);
    await clock.advance(60_000);
    for (let key = 2; key < 10; key++) {
      const began = clock.now();
      const later = timed(presence.ask([0], key), clock);
      await clock.advance(2_000);
      assert.equal(later.endedAt, began);
      script.take().answer(UNKNOWN);
      await clock.advance(1);
    }
    assert.equal(presence.isLate(0), true);
  });

  test('a hanging store does not keep a request from the next store', async () => {
    const { presence, clock, script } = presenceUnderTest();
    const first = timed(presence.ask([0, 1], 1), clock);
    await clock.advance(500);
    assert.equal(first.endedAt, 5_500);
    script.take(1).answer(ABSENT);
    await clock.advance(1);
    const second = timed(presence.ask([0, 1], 2), clock);
    await clock.advance(20);
    script.take(1).answer(PRESENT);
    await clock.advance(500);
    assert.equal(second.endedAt, 5_521);
    assert.equal(presence.lookup(1, 2), 'present');
  });

  test('a waiter is released when its store becomes late', async () => {
    const { presence, clock, script } = presenceUnderTest();
    const first = timed(presence.ask([0], 1), clock);
    await clock.advance(250);
    const second = timed(presence.ask([0], 2), clock);
    await clock.advance(1_000);
    assert.deepEqual([first.endedAt, second.endedAt], [5_500, 5_500]);
    assert.equal(script.pending.length, 2);
  });

  test('a late answer fills memory', async () => {
    const { presence, clock, script } = presenceUnderTest();
    const wait = timed(presence.ask([0], 7), clock);
    await clock.advance(1_500);
    assert.equal(wait.endedAt, 5_500);
    assert.equal(presence.lookup(0, 7), 'unasked');
    script.take().answer(PRESENT);
    await clock.advance(1);
    assert.equal(presence.lookup(0, 7), 'present');
    assert.equal(presence.isLate(0), false);
  });

  test('a store is asked after the hedge, or at once if the previous one lacks the blob', async () => {
    const { presence, clock, script } = presenceUnderTest();
    const wait = timed(presence.ask([0, 1, 2, 3], 7), clock);
    await clock.advance(99);
    assert.equal(script.asked, 1);
    await clock.advance(1);
    assert.equal(script.asked, 2);
    script.take(1).answer(ABSENT);
    await clock.advance(0);
    assert.equal(script.asked, 3);
    await clock.advance(300);
    assert.equal(script.asked, 3, 'at most three are asked');
    script.take(0).answer(PRESENT);
    await clock.advance(1);
    assert.equal(wait.endedAt, 5_400);
  });

  test('a request whose process was frozen ends, and blames no store', async () => {
    const { presence, clock, script } = presenceUnderTest();
    const wait = timed(presence.ask([0], 7), clock);
    await clock.thawAfter(600_000);
    assert.equal(wait.endedAt, clock.now());
    assert.equal(presence.isLate(0), false);
    script.take().answer(undefined);
    await clock.advance(0);
    assert.equal(presence.lookup(0, 7), 'unasked');
    assert.equal(clock.timers, 0);
  });
});

suite('remembering', () => {
  test('unknown lives 10 s, absent 10 min, present a day and stale another', async () => {
    const { presence, clock, script } = presenceUnderTest();
    const lives = [
      { space: 0, result: UNKNOWN, known: 'unknown', milliseconds: 10_000, after: 'unasked' },
      { space: 1, result: ABSENT, known: 'absent', milliseconds: 600_000, after: 'unasked' },
      { space: 2, result: PRESENT, known: 'present', milliseconds: DAY, after: 'stale' },
      { space: 3, result: PRESENT, known: 'stale', milliseconds: 2 * DAY, after: 'unasked' },
    ] as const;
    for (const { space, result, known, milliseconds, after } of lives) {
      presence.check(space, 7);
      script.take().answer(result);
      await clock.advance(milliseconds - 1);
      assert.equal(presence.lookup(space, 7), known);
      await clock.advance(1);
      assert.equal(presence.lookup(space, 7), after);
    }
  });

  test('only a definite absence removes a stale present', async () => {
    const { presence, clock, script } = presenceUnderTest();
    presence.check(0, 7);
    script.take().answer(PRESENT);
    await clock.advance(DAY);
    for (const vague of ['unknown', 'rejected', 'nothing'] as const) {
      presence.check(0, 7);
      const check = script.take();
      if (vague === 'rejected') check.reject(new Error('timed out'));
      else check.answer(vague === 'unknown' ? UNKNOWN : undefined);
      await clock.advance(1);
      assert.match(presence.lookup(0, 7), /^(present|stale)$/);
      assert.equal(presence.sizeOf(0, 7), 1234);
    }
    presence.check(0, 7);
    script.take().answer(ABSENT);
    await clock.advance(1);
    assert.equal(presence.lookup(0, 7), 'absent');
    assert.equal(presence.sizeOf(0, 7), -1);
  });

  test('a recheck with result unknown is not repeated for 10 s', async () => {
    const { presence, clock, script } = presenceUnderTest();
    presence.check(0, 7);
    script.take().answer(PRESENT);
    await clock.advance(DAY);
    presence.check(0, 7);
    script.take().answer(UNKNOWN);
    await clock.advance(9_900);
    assert.equal(presence.lookup(0, 7), 'present');
    await clock.advance(100);
    assert.equal(presence.lookup(0, 7), 'stale');
  });

  test('memory never grows past its bound, and counts evictions', async () => {
    const { presence, clock, script } = presenceUnderTest({}, 10);
    for (let key = 0; key < 25; key++) {
      presence.check(0, key);
      presence.check(0, 0x10000 + key);
      script.take().answer(PRESENT);
      script.take().answer(PRESENT);
      await clock.advance(0);
    }
    assert.equal(presence.entries, 20);
    assert.equal(presence.evictions, 30);
  });

  test('time is relative to the start, so that a clock may return the date', async () => {
    const clock = new ManualClock(1_790_000_000_000);
    const check = () => Promise.resolve(PRESENT);
    const keys = numberKeys(10);
    const presence = new Presence({ spaces: 1, keys, check, clock, seed: [1, 2] });
    presence.check(0, 7);
    await clock.advance(DAY - 1);
    assert.equal(presence.lookup(0, 7), 'present');
    await clock.advance(DAY + 1);
    assert.equal(presence.lookup(0, 7), 'unasked');
  });

  test('classes of keys are independent', async () => {
    const { presence, clock, script } = presenceUnderTest();
    presence.check(0, 0x10000);
    script.take().answer(PRESENT);
    await clock.advance(0);
    assert.equal(presence.lookup(0, 0), 'unasked');
    assert.equal(presence.lookup(0, 0x10000), 'present');
  });

  test('a key that cannot be remembered is never asked', async () => {
    const { presence, clock, script } = presenceUnderTest();
    presence.check(0, -1);
    const wait = timed(presence.ask([0, 1], -1), clock);
    await clock.advance(0);
    assert.equal(wait.endedAt, clock.now());
    assert.equal(presence.lookup(0, -1), 'unasked');
    assert.equal(presence.sizeOf(0, -1), -1);
    assert.equal(script.asked, 0);
  });
});
