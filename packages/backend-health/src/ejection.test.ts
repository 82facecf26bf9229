import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackendHealth } from './backend-health.ts';

const OPTIONS = Object.freeze({
  breaker: { failures: 3, openFor: 1000 },
  canary: { failures: 3, passes: 2 },
});

function ejected(): BackendHealth {
  const health = new BackendHealth(1, OPTIONS);
  health.probed(0, 'fail', 10);
  health.probed(0, 'fail', 20);
  assert.equal(health.state(0, 20), 'up');
  const change = health.probed(0, 'fail', 30);
  assert.deepEqual(change, { state: 'down', why: 'canary-failed', after: null });
  return health;
}

function openFailures(health: BackendHealth, now: number): void {
  for (const subject of ['a', 'b', 'c']) health.observe(0, 'failure', subject, now);
}

test('neither answers to clients nor time bring back an ejected backend', () => {
  const health = ejected();
  for (let now = 31; now < 100_000; now += 997) {
    assert.equal(health.observe(0, 'answer', `sha256:${now}`, now), undefined);
    assert.equal(health.state(0, now), 'down');
    assert.equal(health.beginTrial(0, now), false);
  }
  assert.equal(health.nextChange(31), Infinity);
  health.probed(0, 'pass', 100_000);
  assert.equal(health.state(0, 100_000), 'down');
  const change = health.probed(0, 'pass', 100_030);
  assert.deepEqual(change, { state: 'up', why: 'canary-passed', after: 100_000 });
  assert.equal(health.state(0, 100_030), 'up');
});

test('passing canaries close an open breaker early', () => {
  const health = new BackendHealth(1, OPTIONS);
  health.probed(0, 'pass', 0);
  health.probed(0, 'pass', 1);
  openFailures(health, 2);
  assert.equal(health.state(0, 2), 'down');
  assert.equal(health.probed(0, 'pass', 3), undefined, 'passes from before it opened do not count');
  assert.equal(health.probed(0, 'pass', 4)?.why, 'canary-passed');
  assert.equal(health.state(0, 4), 'up');
});

test('without canaries, an open breaker closes after one trial', () => {
  const health = new BackendHealth(1, OPTIONS);
  openFailures(health, 0);
  assert.equal(health.nextChange(0), 1000);
  assert.equal(health.state(0, 1000), 'trial');
  assert.equal(health.beginTrial(0, 1000), true);
  assert.equal(health.observe(0, 'answer', 'd', 1010)?.why, 'trial-answered');
});

test('an ejected backend with nothing left to probe becomes due for a trial, on probation', () => {
  const health = ejected();
  assert.equal(health.probed(0, 'none', 100), undefined);
  assert.equal(health.state(0, 100), 'trial');
  assert.equal(health.describe(0, 100).why, 'canary-lost');
  assert.equal(health.beginTrial(0, 100), true);
  health.observe(0, 'answer', 'a', 110);
  assert.equal(health.state(0, 110), 'up');
  assert.equal(health.canaryFailed(0), true);
  health.probed(0, 'fail', 120);
  assert.equal(health.state(0, 120), 'down');
});

test('having nothing left to probe does not affect a backend that is not ejected', () => {
  const health = new BackendHealth(1, OPTIONS);
  assert.equal(health.probed(0, 'none', 0), undefined);
  assert.deepEqual(health.describe(0, 0), new BackendHealth(1, OPTIONS).describe(0, 0));
});

test('a reload keeps the state of unchanged backends', () => {
  const health = new BackendHealth(3, OPTIONS);
  for (let now = 0; now < 3; now++) health.probed(2, 'fail', now);
  for (const subject of ['a', 'b']) health.observe(1, 'failure', subject, 5);
  const next = health.transferred([2, -1, 1, 0]);
  assert.deepEqual(next.states(5), ['down', 'up', 'up', 'up']);
  assert.deepEqual(next.describe(0, 5), health.describe(2, 5));
  assert.equal(next.observe(2, 'failure', 'c', 6)?.state, 'down');
  assert.equal(health.state(1, 6), 'up', 'the old one is left as it is');
});

test('a reload that lowers the limits counts earlier observations', () => {
  const health = new BackendHealth(2, {
    breaker: { failures: 10, openFor: 1000 },
    canary: { failures: 10, passes: 2 },
  });
  for (let each = 0; each < 5; each++) {
    health.probed(0, 'fail', each);
    health.observe(1, 'failure', `${each}`, each);
  }
  const next = health.transferred([0, 1], OPTIONS);
  assert.equal(next.probed(0, 'fail', 9)?.state, 'down');
  assert.equal(next.observe(1, 'failure', 'x', 9)?.state, 'down');
});

test('403 can mean absent only while the canary has not failed', () => {
  const health = new BackendHealth(1, OPTIONS);
  assert.equal(health.canaryFailed(0), false);
  health.probed(0, 'fail', 0);
  assert.equal(health.canaryFailed(0), true);
  health.probed(0, 'pass', 1);
  assert.equal(health.canaryFailed(0), false);
});
