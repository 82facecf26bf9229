import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { countedOperations } from '../../worker/testing/counted-operations.ts';
import { DIGEST, EVERY, probing, stores } from './testing/probing.ts';

test('a store is asked for its configured digest or one it had recently, an upstream for /v2/', async () => {
  const { clock, prober } = probing(
    [
      { kind: 'store', name: 'one' },
      { kind: 'store', name: 'two' },
      { kind: 'upstream', name: 'three', base: 'https://three.example/v2/' },
    ],
    { configuredProbe: (store) => (store === 0 ? 'sha256:configured' : undefined) },
  );
  await clock.advance(EVERY);
  const targets = new Map(prober.asked.map(({ target }) => [target.url, target.kind]));
  assert.deepEqual(
    targets,
    new Map([
      ['https://one.example/sha256:configured', 'configured'],
      [`https://two.example/${DIGEST}`, 'seen'],
      ['https://three.example/v2/', 'upstream'],
    ]),
  );
});

test('the duration of each canary is told', async () => {
  const { clock, prober, durations } = probing(stores(1));
  prober.takes = 120;
  await clock.advance(EVERY + 200);
  assert.deepEqual([...new Set(durations)], [120]);
});

test('a store is ejected within an interval of its first failed canary, and returns within one', async () => {
  const { clock, prober, health, changes } = probing(stores(2));
  await clock.advance(2 * EVERY);
  prober.outcomes.set('store0', 'fail');
  const asked = prober.count('store0');
  while (prober.count('store0') === asked) await clock.advance(100);
  assert.equal(health.state(0, clock.now()), 'up');
  await clock.advance(EVERY / 4);
  assert.deepEqual(health.states(clock.now()), ['down', 'up']);
  await clock.advance(10 * EVERY);
  assert.equal(health.state(0, clock.now()), 'down');
  prober.outcomes.clear();
  await clock.advance(EVERY);
  assert.equal(health.state(0, clock.now()), 'up');
  assert.deepEqual(
    changes.map(({ state, backend, why, saw }) => [state, backend, why, saw]),
    [
      ['down', 0, 'canary-failed', 'scripted fail'],
      ['up', 0, 'canary-passed', 'scripted pass'],
    ],
  );
  assert.ok(Number(changes[1].after) > 10 * EVERY);
});

test('a backend that is healthy for an interval is up, and one that is broken for two intervals is down', async () => {
  const step = fc.record({
    broken: fc.array(fc.nat(3), { maxLength: 4 }),
    wait: fc.integer({ min: 0, max: 4 * EVERY }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 8 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(2000),
      async (steps, random, takes) => {
        const { clock, prober, health } = probing(stores(4), { random: () => random });
        prober.takes = takes;
        let brokenSince = [Infinity, Infinity, Infinity, Infinity];
        let wellSince = [clock.now(), clock.now(), clock.now(), clock.now()];
        for (const { broken, wait } of steps) {
          prober.outcomes.clear();
          for (const store of broken) prober.outcomes.set(`store${store}`, 'fail');
          const now = clock.now();
          brokenSince = brokenSince.map((since, store) =>
            broken.includes(store) ? Math.min(since, now) : Infinity,
          );
          wellSince = wellSince.map((since, store) =>
            broken.includes(store) ? Infinity : Math.min(since, now),
          );
          await clock.advance(wait);
          for (let store = 0; store < 4; store++) {
            const state = health.state(store, clock.now());
            if (clock.now() - brokenSince[store] > 2 * EVERY) assert.equal(state, 'down');
            if (clock.now() - wellSince[store] > EVERY) assert.equal(state, 'up');
          }
          assert.ok(prober.mostUnderWay <= 4, 'one canary at a time for a backend');
        }
      },
    ),
    { numRuns: 100 },
  );
});

test('all backends may be ejected, are still probed and come back', async () => {
  const { clock, prober, health } = probing(stores(5));
  prober.outcomes.set('store', 'fail');
  await clock.advance(20 * EVERY);
  assert.deepEqual(health.states(clock.now()), Array(5).fill('down'));
  prober.outcomes.clear();
  await clock.advance(EVERY);
  assert.deepEqual(health.states(clock.now()), Array(5).fill('up'));
});

test('an unused backend is not probed', async () => {
  const used = [true, false];
  const { clock, prober, health } = probing(stores(2), { wasUsed: (backend) => used[backend] });
  await clock.advance(10 * EVERY);
  assert.ok(prober.count('store0') >= 10);
  assert.equal(prober.count('store1'), 0);

  prober.outcomes.set('store0', 'fail');
  await clock.advance(2 * EVERY);
  assert.equal(health.state(0, clock.now()), 'down');
  used[0] = false;
  await clock.advance(3 * EVERY);
  const asked = prober.count('store0');
  prober.outcomes.clear();
  await clock.advance(100 * EVERY);
  assert.equal(prober.count('store0'), asked);
  assert.equal(health.state(0, clock.now()), 'down', 'it keeps its state');
  used[0] = true;
  await clock.advance(EVERY / 4);
  assert.equal(health.state(0, clock.now()), 'up', 'it is probed soon once it is wanted again');
});

test('a store without a known blob is not probed; if it is ejected, a trial decides', async () => {
  let known: string | undefined = DIGEST;
  const { clock, prober, health, forgotten } = probing(stores(1), { recentlyPresent: () => known });
  prober.outcomes.set('store0', 'fail');
  await clock.advance(3 * EVERY);
  assert.equal(health.state(0, clock.now()), 'down');
  prober.forget = true;
  await clock.advance(EVERY);
  assert.deepEqual(forgotten[0], [0, DIGEST]);
  known = undefined;
  const asked = prober.asked.length;
  await clock.advance(EVERY);
  assert.equal(prober.asked.length, asked);
  assert.equal(health.state(0, clock.now()), 'trial');
});

test('a URL that cannot be signed is not a failure of the store', async () => {
  const { clock, prober, health } = probing(stores(1), {
    urlOf: () => Promise.reject(new Error('no credentials')),
  });
  await clock.advance(10 * EVERY);
  assert.equal(prober.asked.length, 0);
  assert.equal(health.canaryFailed(0), false);
});

test("failed checks for clients bring a backend's canary forward", async () => {
  const { clock, prober, probes } = probing(stores(1));
  await clock.advance(EVERY);
  const asked = prober.asked.length;
  probes.probeSoon(0);
  probes.probeSoon(7);
  await clock.advance(EVERY / 10);
  assert.equal(prober.asked.length, asked + 1);
});

test('a process that was frozen sends all due canaries, one for each backend and eight at a time', async () => {
  const { clock, prober, health, probes } = probing(stores(40));
  prober.takes = 500;
  prober.outcomes.set('store', 'nothing');
  for (let sleep = 0; sleep < 20; sleep++) {
    const asked = prober.asked.length;
    await clock.thawAfter(1_000_000);
    probes.runDue(clock.now());
    assert.ok(prober.asked.length - asked <= 8, 'eight at once');
    await clock.advance(2600);
    assert.ok(prober.asked.length - asked <= 40, 'one for each, however long it slept');
  }
  assert.ok(prober.asked.length > 400);
  assert.deepEqual(health.states(clock.now()), Array(40).fill('up'));
});

test('due canaries are sent when a request arrives, if no timer fires', async () => {
  const { prober, probes, clock } = probing(stores(3), {
    clock: { now: () => 0, after: () => () => undefined },
  });
  probes.runDue(EVERY / 2 - 1);
  await clock.advance(0);
  assert.equal(prober.asked.length, 0);
  probes.runDue(EVERY / 2);
  await clock.advance(0);
  assert.equal(prober.asked.length, 3);
});

test('stopping clears the timer and ignores canaries in progress', async () => {
  const { clock, prober, health, probes } = probing(stores(3));
  prober.takes = 100;
  prober.outcomes.set('store', 'fail');
  await clock.advance(EVERY / 2);
  assert.equal(prober.underWay, 3);
  probes.stop();
  assert.equal(prober.closed, true);
  await clock.advance(10 * EVERY);
  probes.probeSoon(0);
  probes.runDue(clock.now());
  await clock.advance(10 * EVERY);
  assert.equal(clock.timers, 0);
  assert.equal(prober.asked.length, 3);
  assert.equal(health.canaryFailed(0), false);
});

test('a due canary costs the same for any number of backends', () => {
  const [few, many] = [100, 10_000].map((count) => {
    let number = 0;
    const { probes, clock } = probing(stores(count), {
      random: () => number++ / count,
      wasUsed: () => false,
    });
    const now = clock.now() + EVERY / (2 * count);
    return countedOperations(() => probes.runDue(now));
  });
  assert.equal(many, few);
});
