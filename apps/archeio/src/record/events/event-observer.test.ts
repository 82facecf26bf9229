import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assembled, blob, incoming, SOURCE } from '../../worker/testing/assembled.ts';
import { EventObserver } from './event-observer.ts';
import { recording } from './testing/recording.ts';
import { uniformRandom } from './uniform-random.ts';

test('a request outside the sample is not observed, if errors are not either', () => {
  const { observer } = recording({ sample: 0.5 }, SOURCE, () => 0.5);
  const request = {
    incoming: incoming(blob(1), '192.0.2.1'),
    headers: [],
    began: 0,
    requestId: undefined,
    traceId: undefined,
  };
  assert.equal(observer.observe(request), undefined);
  assert.equal(recording({ sample: 0 }).observer.observe(request), undefined);
});

test('errors are always written with weight 1, and never counted twice', async () => {
  let draw = 0;
  const { ask, recorded } = recording({ sample: 0.01, always: ['errors'] }, SOURCE, () => draw);
  for (const sampled of [true, false]) {
    draw = sampled ? 0.001 : 0.5;
    await ask({ path: '/v2/pause/manifests/latest' });
    await ask({ path: '/nothing' });
    await ask({ path: '/v2/', method: 'POST' });
    await ask({ path: '/v2/' }, 400);
  }
  assert.deepEqual(
    recorded.map(({ rule, status, weight }) => [rule, status, weight]),
    [
      ['R9', 307, 100],
      ['R7', 404, 1],
      ['R1', 405, 1],
      ['R4', 400, 1],
      ['R7', 404, 1],
      ['R1', 405, 1],
      ['R4', 400, 1],
    ],
  );
});

test('without errors, they are sampled like all others', async () => {
  const { ask, recorded } = recording({ sample: 0.5, always: [] });
  await ask({ path: '/nothing' });
  assert.equal(recorded[0].weight, 2);
});

test('the challenge for a token is no error, but a step of a pull', async () => {
  const source = { ...SOURCE, correlation: { token: true, realm: 'https://k8s.example/token' } };
  const { ask, recorded } = recording({ sample: 0, always: ['errors'] }, source);
  assert.equal((await ask({ path: '/v2/' })).status, 401);
  await ask({ path: '/v2/_catalog' });
  assert.deepEqual(
    recorded.map(({ reason }) => reason),
    ['no-catalog'],
  );
});

test('an internal error is an error', async () => {
  const { ask, recorded, states } = recording({ sample: 0, always: ['errors'] });
  Object.defineProperty(states, 'presence', {
    value: () => {
      throw new Error('presence is broken');
    },
  });
  await ask({ path: blob(1) });
  assert.deepEqual(
    recorded.map(({ reason, status, weight }) => [reason, status, weight]),
    [['internal-error', 307, 1]],
  );
});

test('what one request left behind does not get into the event of another', async () => {
  const alone = recording({ client: 'full' });
  const together = recording({ client: 'full' });
  const requests = [
    { path: blob(1), from: '35.180.1.1', headers: ['Range', 'bytes=5-'], requestId: 'a' },
    { path: '/v2/' },
    { path: '/nothing', from: 'nonsense' },
    { path: '/v2/pause/tags/list', from: 'nonsense', traceId: 'b' },
    { path: blob(2) },
  ];
  for (const request of requests) await together.ask(request);
  for (const request of requests.toReversed()) await alone.ask(request);
  assert.deepEqual(together.recorded, alone.recorded.toReversed());
});

test('requests that overlap have an observation each', async () => {
  const { ask, recorded, checker, clock } = recording();
  checker.answers.set('https://cdn.example', 'never');
  const waiting = [ask({ path: blob(1) }), ask({ path: blob(2) })];
  await ask({ path: '/v2/' });
  await clock.advance(600);
  await Promise.all(waiting);
  assert.deepEqual(
    recorded.map(({ kind, reference }) => [kind, reference?.at(-1)]),
    [
      ['base', undefined],
      ['blob', blob(1).at(-1)],
      ['blob', blob(2).at(-1)],
    ],
  );
});

test('the weights of a sample add up to the number of requests', () => {
  const parts = assembled();
  const request = {
    incoming: incoming('/v2/', '192.0.2.1'),
    headers: [],
    began: 0,
    requestId: undefined,
    traceId: undefined,
  };
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      fc.tuple(fc.integer(), fc.integer()),
      fc.integer({ min: 1, max: 3000 }),
      fc.boolean(),
      (sample, seed, requests, errors) => {
        let sum = 0;
        const observer = new EventObserver({
          events: { sample, always: errors ? ['errors'] : [], client: 'none' },
          places: [],
          unasked: new Set(),
          random: uniformRandom(seed),
          sender: { add: ({ weight }) => (sum += weight) },
        });
        const observed = { ...request };
        for (let at = 0; at < requests; at++) {
          const observation = observer.observe(observed);
          const decision = parts.handler.decide({ ...request.incoming, observation });
          assert.ok(!(decision instanceof Promise));
          observation?.answered(decision.status, 1);
        }
        // Seven standard deviations of a binomial distribution, and one event: a flake in 10^11 runs.
        const deviation = Math.sqrt(requests * sample * (1 - sample)) / sample;
        assert.ok(
          Math.abs(sum - requests) <= 7 * deviation + 1 / sample,
          `${sum} for ${requests} at ${sample}`,
        );
      },
    ),
    { numRuns: 60 },
  );
});
