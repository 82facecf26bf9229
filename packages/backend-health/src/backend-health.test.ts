import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BackendHealth } from './backend-health.ts';
import type { Transition } from './backend-health.ts';
import type { BackendState } from './breaker.ts';
import type { Observation } from './observation.ts';

const OPTIONS = Object.freeze({ failures: 3, openFor: 1000 });

/** The obvious twin: everything ever seen of one backend, read again for every question. */
class ObviousBackend {
  readonly #history: { what: Observation | 'trial'; subject: string; now: number }[] = [];

  see(what: Observation | 'trial', subject: string, now: number): void {
    this.#history.push({ what, subject, now });
  }

  read(now: number): { state: BackendState; mayTry: boolean } {
    let failed = new Set<string>();
    let openUntil: number | undefined;
    let trialUntil: number | undefined;
    for (const event of this.#history) {
      if (openUntil === undefined) {
        if (event.what === 'answer') failed = new Set();
        if (event.what === 'failure') failed.add(event.subject);
        if (failed.size === OPTIONS.failures) openUntil = event.now + OPTIONS.openFor;
      } else if (event.now >= openUntil) {
        if (event.what === 'trial') trialUntil = event.now + OPTIONS.openFor;
        if (event.what === 'nothing') trialUntil = undefined;
        if (event.what === 'answer')
          [openUntil, trialUntil, failed] = [undefined, undefined, new Set()];
        if (event.what === 'failure' && trialUntil !== undefined) {
          [openUntil, trialUntil] = [event.now + OPTIONS.openFor, undefined];
        }
      }
    }
    if (openUntil === undefined) return { state: 'closed', mayTry: false };
    if (now < openUntil) return { state: 'open', mayTry: false };
    return { state: 'trial', mayTry: trialUntil === undefined || now >= trialUntil };
  }
}

test('health does what its obvious twin does, each backend for itself', () => {
  const step = fc.record({
    backend: fc.nat(1),
    what: fc.oneof(
      { weight: 5, arbitrary: fc.constant('failure' as const) },
      { weight: 2, arbitrary: fc.constantFrom('answer' as const, 'nothing' as const) },
      { weight: 3, arbitrary: fc.constant('trial' as const) },
    ),
    subject: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    wait: fc.constantFrom(0, 0, 0, 1, 400, 999, 1000),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const health = new BackendHealth(2, OPTIONS);
      const twins = [new ObviousBackend(), new ObviousBackend()];
      let now = 0;
      for (const { backend, what, subject, wait } of steps) {
        now += wait;
        const before = twins[backend].read(now);
        if (what === 'trial') {
          assert.equal(health.beginTrial(backend, now), before.mayTry);
          if (before.mayTry) twins[backend].see(what, subject, now);
        } else {
          const transition = health.observe(backend, what, subject, now);
          twins[backend].see(what, subject, now);
          assert.equal(transition, expected(before.state, twins[backend].read(now).state));
        }
        for (const each of [0, 1])
          assert.equal(health.state(each, now), twins[each].read(now).state);
      }
    }),
    { numRuns: 1000 },
  );
});

function expected(before: BackendState, after: BackendState): Transition | undefined {
  if (before === after) return undefined;
  if (after === 'closed') return 'closed';
  return before === 'closed' ? 'opened' : 'reopened';
}

test('five failures on five digests open it for 30 s, then one trial decides', () => {
  const health = new BackendHealth(1, { failures: 5, openFor: 30_000 });
  for (let digest = 0; digest < 4; digest++) {
    assert.equal(health.observe(0, 'failure', `sha256:${digest}`, digest), undefined);
  }
  assert.equal(health.state(0, 4), 'closed');
  assert.equal(health.observe(0, 'failure', 'sha256:4', 4), 'opened');
  assert.equal(health.state(0, 30_003), 'open');
  assert.equal(health.beginTrial(0, 30_003), false);
  assert.equal(health.state(0, 30_004), 'trial');
  assert.deepEqual(
    Array.from({ length: 3 }, () => health.beginTrial(0, 30_004)),
    [true, false, false],
  );
  assert.equal(health.observe(0, 'failure', 'sha256:9', 30_100), 'reopened');
  assert.equal(health.beginTrial(0, 60_100), true);
  assert.equal(health.observe(0, 'answer', 'sha256:9', 60_101), 'closed');
  assert.equal(health.state(0, 60_101), 'closed');
});

test('a blob that fails again and again does not open it', () => {
  const health = new BackendHealth(1, OPTIONS);
  for (let now = 0; now < 100; now++) health.observe(0, 'failure', 'sha256:bad', now);
  assert.equal(health.state(0, 100), 'closed');
});

test('options out of range are refused by name', () => {
  for (const [backends, options, message] of [
    [-1, OPTIONS, 'cannot use backends "-1": must be an integer, at least 0'],
    [1.5, OPTIONS, 'cannot use backends "1.5": must be an integer, at least 0'],
    [1, { ...OPTIONS, failures: 0 }, 'cannot use failures "0": must be an integer, at least 1'],
    [1, { ...OPTIONS, openFor: 0 }, 'cannot use openFor "0": must be milliseconds above 0'],
    [
      1,
      { ...OPTIONS, openFor: Number.POSITIVE_INFINITY },
      'cannot use openFor "Infinity": must be milliseconds above 0',
    ],
  ] as const) {
    assert.throws(() => new BackendHealth(backends, options), { name: 'RangeError', message });
  }
});

test('a backend that does not exist is refused', () => {
  const health = new BackendHealth(2, OPTIONS);
  for (const backend of [-1, 2, 0.5]) {
    const refusal = {
      name: 'RangeError',
      message: `cannot use backend "${backend}": must be an integer from 0 to 1`,
    };
    assert.throws(() => health.state(backend, 0), refusal);
    assert.throws(() => health.observe(backend, 'answer', 'a', 0), refusal);
    assert.throws(() => health.beginTrial(backend, 0), refusal);
  }
});
