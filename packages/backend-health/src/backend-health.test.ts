import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BackendHealth } from './backend-health.ts';
import type { BackendState } from './backend-record.ts';
import { type Happening, ObviousBackend } from './testing/obvious-backend.ts';

const OPTIONS = Object.freeze({
  breaker: { failures: 3, openFor: 1000 },
  canary: { failures: 3, passes: 2 },
});

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      what: fc.constant('failure' as const),
      subject: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constantFrom('answer' as const, 'nothing' as const),
      subject: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ what: 'trial' as const }) },
  {
    weight: 5,
    arbitrary: fc.record({
      what: fc.constant('canary' as const),
      outcome: fc.constantFrom('fail', 'fail', 'fail', 'pass', 'pass', 'nothing', 'none'),
    }),
  },
);

const steps = fc.array(
  fc.record({
    backend: fc.nat(1),
    happening,
    wait: fc.constantFrom(0, 0, 0, 1, 400, 999, 1000),
  }),
  { maxLength: 60, size: 'max' },
);

function apply(health: BackendHealth, backend: number, what: Happening, now: number) {
  switch (what.what) {
    case 'trial':
      return health.beginTrial(backend, now);
    case 'canary':
      return health.probed(backend, what.outcome, now)?.state;
    default:
      return health.observe(backend, what.what, what.subject, now)?.state;
  }
}

/** Expected log entries: a trial counts neither as up nor as a new way of being down. */
function change(before: BackendState, after: BackendState): 'up' | 'down' | undefined {
  const [from, to] = [before, after].map((state) => (state === 'up' ? 'up' : 'down'));
  return from === to ? undefined : to;
}

test('health agrees with a slow reference implementation, per backend', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const health = new BackendHealth(2, OPTIONS);
      const twins = [new ObviousBackend(OPTIONS), new ObviousBackend(OPTIONS)];
      let now = 0;
      for (const { backend, happening: what, wait } of all) {
        now += wait;
        const before = twins[backend].read(now);
        const came = apply(health, backend, what, now);
        if (what.what !== 'trial' || before.mayTry) twins[backend].see(what, now);
        const readings = twins.map((twin) => twin.read(now));
        const expected =
          what.what === 'trial' ? before.mayTry : change(before.state, readings[backend].state);
        assert.equal(came, expected);
        assert.deepEqual(
          health.states(now),
          readings.map(({ state }) => state),
        );
        for (const [each, reading] of readings.entries()) {
          assert.equal(health.state(each, now), reading.state);
          assert.equal(health.canaryFailed(each), reading.canaryFailed);
        }
        const moments = readings.map(({ trialFrom }) => trialFrom ?? Infinity);
        assert.equal(
          health.nextChange(now),
          Math.min(...moments.map((at) => (at > now ? at : Infinity))),
        );
      }
    }),
    { numRuns: 2000 },
  );
});

test('between two events a state changes at nextChange, and at no other time', () => {
  fc.assert(
    fc.property(steps, fc.nat(3000), (all, later) => {
      const health = new BackendHealth(2, OPTIONS);
      let now = 0;
      for (const { backend, happening: what, wait } of all) {
        now += wait;
        apply(health, backend, what, now);
      }
      const states = health.states(now);
      const next = health.nextChange(now);
      if (now + later < next) assert.deepEqual(health.states(now + later), states);
      if (next !== Infinity) assert.notDeepEqual(health.states(next), states);
    }),
  );
});

test('a description is plain data that agrees with the health', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const health = new BackendHealth(2, OPTIONS);
      const changes: { at: number; state: string; why: string }[] = [];
      let now = 0;
      for (const { backend, happening: what, wait } of all) {
        now += wait;
        const before = health.describe(0, now);
        apply(health, backend, what, now);
        const described = health.describe(0, now);
        if (described.history !== before.history) {
          changes.push({ at: now, state: described.state, why: described.why });
        }
      }
      const described = health.describe(0, now);
      assert.deepEqual(JSON.parse(JSON.stringify(described)), described);
      assert.equal(described.state, health.state(0, now));
      assert.equal(described.ejected, health.ejected(0));
      assert.equal(described.since, changes.at(-1)?.at ?? null);
      assert.deepEqual(
        described.history.map(({ at, why }) => ({ at, why })),
        changes.slice(-20).map(({ at, why }) => ({ at, why })),
      );
      for (const [index, { state }] of described.history.entries()) {
        if (index > 0) assert.notEqual(state, described.history[index - 1].state);
      }
    }),
  );
});

test('five failures on five digests open it for 30 s, then one trial decides', () => {
  const health = new BackendHealth(1, {
    ...OPTIONS,
    breaker: { failures: 5, openFor: 30_000 },
  });
  for (let digest = 0; digest < 4; digest++) {
    assert.equal(health.observe(0, 'failure', `sha256:${digest}`, digest), undefined);
  }
  assert.equal(health.state(0, 4), 'up');
  assert.equal(health.observe(0, 'failure', 'sha256:4', 4)?.state, 'down');
  assert.equal(health.state(0, 30_003), 'down');
  assert.equal(health.beginTrial(0, 30_003), false);
  assert.equal(health.state(0, 30_004), 'trial');
  assert.deepEqual(
    Array.from({ length: 3 }, () => health.beginTrial(0, 30_004)),
    [true, false, false],
  );
  assert.equal(health.observe(0, 'failure', 'sha256:9', 30_100), undefined);
  assert.equal(health.beginTrial(0, 60_100), true);
  assert.equal(health.observe(0, 'answer', 'sha256:9', 60_101)?.state, 'up');
  assert.equal(health.state(0, 60_101), 'up');
});

test('repeated failures of one blob do not open it', () => {
  const health = new BackendHealth(1, OPTIONS);
  for (let now = 0; now < 100; now++) health.observe(0, 'failure', 'sha256:bad', now);
  assert.equal(health.state(0, 100), 'up');
});

test('options out of range are refused by name', () => {
  const { breaker, canary } = OPTIONS;
  for (const [backends, options, message] of [
    [-1, OPTIONS, 'cannot use backends "-1": must be an integer, at least 0'],
    [1.5, OPTIONS, 'cannot use backends "1.5": must be an integer, at least 0'],
    [
      1,
      { canary, breaker: { failures: 0, openFor: 1 } },
      'cannot use failures "0": must be an integer, at least 1',
    ],
    [
      1,
      { canary, breaker: { failures: 1, openFor: 0 } },
      'cannot use openFor "0": must be milliseconds above 0',
    ],
    [
      1,
      { canary, breaker: { failures: 1, openFor: Number.POSITIVE_INFINITY } },
      'cannot use openFor "Infinity": must be milliseconds above 0',
    ],
    [
      1,
      { breaker, canary: { failures: 0, passes: 1 } },
      'cannot use canary failures "0": must be an integer, at least 1',
    ],
    [
      1,
      { breaker, canary: { failures: 1, passes: 1.5 } },
      'cannot use canary passes "1.5": must be an integer, at least 1',
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
    assert.throws(() => health.probed(backend, 'pass', 0), refusal);
    assert.throws(() => health.canaryFailed(backend), refusal);
    assert.throws(() => health.ejected(backend), refusal);
    assert.throws(() => health.describe(backend, 0), refusal);
    if (backend !== -1) assert.throws(() => health.transferred([backend]), refusal);
  }
});
