import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { beginTrial, breakerState, CLOSED, observe, type Breaker } from './breaker.ts';
import type { Observation } from './observation.ts';

const OPTIONS = Object.freeze({ failures: 3, openFor: 1000 });
const OPEN: Breaker = Object.freeze({ kind: 'open', until: 1000 });

function after(breaker: Breaker, now: number, ...seen: [Observation, string][]): Breaker {
  return seen.reduce(
    (each, [what, subject]) => observe(each, what, subject, now, OPTIONS),
    breaker,
  );
}

suite('a closed breaker', () => {
  test('opens after enough consecutive failures on different subjects', () => {
    const two = after(CLOSED, 5, ['failure', 'a'], ['failure', 'b']);
    assert.deepEqual(two, { kind: 'closed', failed: ['a', 'b'] });
    assert.deepEqual(after(two, 6, ['failure', 'c']), { kind: 'open', until: 1006 });
  });

  test('does not count one subject twice, nor inconclusive observations', () => {
    const two = after(CLOSED, 5, ['failure', 'a'], ['failure', 'b']);
    assert.equal(after(two, 6, ['failure', 'a'], ['failure', 'b'], ['nothing', 'c']), two);
  });

  test('restarts its count after any answer', () => {
    assert.equal(after(CLOSED, 5, ['failure', 'a'], ['failure', 'b'], ['answer', 'a']), CLOSED);
  });

  test('allocates nothing while all goes well', () => {
    assert.equal(after(CLOSED, 5, ['answer', 'a'], ['nothing', 'b']), CLOSED);
  });

  test('has no trials', () => {
    assert.equal(breakerState(CLOSED, 5), 'closed');
    assert.equal(beginTrial(CLOSED, 5, OPTIONS), undefined);
  });
});

suite('an open breaker', () => {
  test('is open until its time, then due for a trial', () => {
    assert.equal(breakerState(OPEN, 999), 'open');
    assert.equal(beginTrial(OPEN, 999, OPTIONS), undefined);
    assert.equal(breakerState(OPEN, 1000), 'trial');
    assert.deepEqual(beginTrial(OPEN, 1000, OPTIONS), { kind: 'trial', until: 2000 });
  });

  test('ignores late outcomes of checks from before it opened', () => {
    const late = [
      ['failure', 'x'],
      ['answer', 'y'],
      ['nothing', 'z'],
    ] as const;
    for (const [what, subject] of late) {
      assert.equal(observe(OPEN, what, subject, 999, OPTIONS), OPEN);
    }
    assert.equal(after(OPEN, 1500, ['failure', 'x'], ['nothing', 'z']), OPEN);
  });

  test('closes on any answer after its time', () => {
    assert.equal(after(OPEN, 1000, ['answer', 'x']), CLOSED);
  });
});

suite('a trial', () => {
  const TRIAL: Breaker = Object.freeze({ kind: 'trial', until: 2000 });

  test('is the only one in progress', () => {
    assert.equal(breakerState(TRIAL, 1500), 'trial');
    assert.equal(beginTrial(TRIAL, 1999, OPTIONS), undefined);
  });

  test('closes on an answer, opens again on a failure', () => {
    assert.equal(after(TRIAL, 1500, ['answer', 'x']), CLOSED);
    assert.deepEqual(after(TRIAL, 1500, ['failure', 'x']), { kind: 'open', until: 2500 });
  });

  test('that is inconclusive may be repeated at once', () => {
    const again = after(TRIAL, 1500, ['nothing', 'x']);
    assert.equal(breakerState(again, 1500), 'trial');
    assert.deepEqual(beginTrial(again, 1500, OPTIONS), { kind: 'trial', until: 2500 });
  });

  test('without an outcome does not block forever', () => {
    assert.deepEqual(beginTrial(TRIAL, 2000, OPTIONS), { kind: 'trial', until: 3000 });
  });
});

test('breakers are frozen values', () => {
  const row = after(CLOSED, 5, ['failure', 'a']);
  const open = after(row, 5, ['failure', 'b'], ['failure', 'c']);
  for (const breaker of [CLOSED, row, open, beginTrial(OPEN, 1000, OPTIONS)!]) {
    assert.ok(Object.isFrozen(breaker));
    assert.ok(breaker.kind !== 'closed' || Object.isFrozen(breaker.failed));
  }
});
