import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { afterProbe, UNPROBED, withoutPasses, type Canary, type ProbeOutcome } from './canary.ts';

const OPTIONS = Object.freeze({ failures: 3, passes: 2 });

function after(...outcomes: ProbeOutcome[]): Canary {
  return outcomes.reduce((canary, outcome) => afterProbe(canary, outcome, OPTIONS), UNPROBED);
}

suite('canaries', () => {
  test('eject after three consecutive failures, not earlier', () => {
    assert.equal(after('fail', 'fail').ejected, false);
    assert.equal(after('fail', 'fail', 'fail').ejected, true);
    assert.equal(after('fail', 'fail', 'pass', 'fail', 'fail').ejected, false);
  });

  test('bring back after two consecutive passes', () => {
    const ejected = ['fail', 'fail', 'fail'] as const;
    assert.equal(after(...ejected, 'pass').ejected, true);
    assert.equal(after(...ejected, 'pass', 'pass').ejected, false);
    assert.equal(after(...ejected, 'pass', 'fail', 'pass').ejected, true);
  });

  test('change nothing if they are inconclusive', () => {
    for (const before of [after(), after('fail', 'fail'), after('fail', 'fail', 'fail', 'pass')]) {
      assert.equal(afterProbe(before, 'nothing', OPTIONS), before);
    }
  });

  test('leave an ejected backend to a trial, on probation, if there is nothing left to probe', () => {
    assert.deepEqual(after('fail', 'fail', 'fail', 'none'), {
      ejected: false,
      failures: 2,
      passes: 0,
    });
    assert.equal(after('fail', 'fail', 'fail', 'none', 'fail').ejected, true);
    assert.deepEqual(after('fail', 'none'), after('fail'));
  });

  test('allocate nothing while all goes well', () => {
    const well = after('pass', 'pass');
    assert.equal(afterProbe(well, 'pass', OPTIONS), well);
  });

  test('forget their passes if the backend goes down for another reason', () => {
    assert.deepEqual(withoutPasses(after('pass')), UNPROBED);
    assert.equal(withoutPasses(UNPROBED), UNPROBED);
  });

  test('are frozen values', () => {
    for (const canary of [UNPROBED, after('fail'), after('pass'), withoutPasses(after('pass'))]) {
      assert.ok(Object.isFrozen(canary));
    }
  });
});
