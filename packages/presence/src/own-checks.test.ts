import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ScriptedCheck } from './testing/scripted-check.ts';
import { ABSENT, PRESENT, presenceUnderTest, timed } from './testing/presence-under-test.ts';

/** Two requests over one memory, as on a platform where neither may wait for the other. */
function twoRequests(inFlight = 64) {
  const { presence, clock } = presenceUnderTest({ inFlight });
  const scripts = [new ScriptedCheck<number>(), new ScriptedCheck<number>()] as const;
  const [first, second] = scripts.map(({ check }) => presence.withOwnChecks(check));
  return { presence, clock, first, second, scripts };
}

suite('checks of its own', () => {
  test('two requests for one key each make a check, and neither waits for the other', async () => {
    const { clock, first, second, scripts } = twoRequests();
    const waits = [timed(first.ask([0], 7), clock), timed(second.ask([0], 7), clock)] as const;
    assert.deepEqual([scripts[0].asked, scripts[1].asked], [1, 1]);
    await clock.advance(30);
    // The first is never answered: its client is gone, and the platform has ended what it was doing.
    scripts[1].take().answer(PRESENT);
    await clock.advance(1);
    assert.deepEqual([waits[0].endedAt, waits[1].endedAt], [undefined, 5_030]);
  });

  test('what one learns, all know', async () => {
    const { presence, clock, first, second, scripts } = twoRequests();
    const wait = timed(first.ask([0], 7), clock);
    scripts[0].take().answer(PRESENT);
    await clock.advance(1);
    assert.equal(wait.endedAt, 5_000);
    assert.equal(second.lookup(0, 7), 'present');
    assert.equal(presence.sizeOf(0, 7), 1234);
    second.learn(0, 8, ABSENT);
    assert.equal(first.lookup(0, 8), 'absent');
  });

  test('checks of others do not count against the limit of checks in flight', () => {
    const { presence, first, second, scripts } = twoRequests(1);
    first.check(0, 1);
    second.check(0, 2);
    assert.deepEqual([scripts[0].asked, scripts[1].asked], [1, 1]);
    assert.deepEqual([first.inFlight(0), second.inFlight(0), presence.inFlight(0)], [1, 1, 0]);
    first.check(0, 3);
    assert.deepEqual([first.refused, second.refused], [1, 0]);
  });

  test('no request waits for a space that was late for another, until it answers', async () => {
    const { clock, first, second, scripts } = twoRequests();
    void first.ask([0], 7);
    await clock.advance(500);
    assert.ok(second.isLate(0));
    const wait = timed(second.ask([0], 8), clock);
    await clock.advance(1);
    assert.equal(wait.endedAt, 5_500);
    assert.equal(scripts[1].asked, 1, 'its check still runs');
    scripts[1].take().answer(ABSENT);
    await clock.advance(1);
    assert.ok(!first.isLate(0));
  });

  test('the age of an answer from a cache counts', async () => {
    const { clock, first, second, scripts } = twoRequests();
    const hour = 60 * 60 * 1000;
    void first.ask([0], 7);
    scripts[0].take().answer({ ...PRESENT, age: 23 * hour });
    await clock.advance(1);
    assert.equal(second.lookup(0, 7), 'present');
    await clock.advance(hour);
    assert.equal(second.lookup(0, 7), 'stale');
  });
});
