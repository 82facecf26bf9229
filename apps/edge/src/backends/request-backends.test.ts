import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type BackendState } from '@archeio/backend-health';
import { BackendHealth } from '@archeio/backend-health';
import type { ConfigurationSource } from '@archeio/configuration';
import { ManualClock } from '@archeio/presence/testing';
import type { Store, Upstream } from '@archeio/redirect';
import { RepositoryLists } from '@archeio/request-handler';
import { compiled, digestOf } from '../testing/embedded-configuration.ts';
import { PlayedPlatform } from '../testing/played-platform.ts';
import { AnswerCache } from './answer-cache.ts';
import { CheckLimit } from './check-limit.ts';
import { ContentClient } from './content-client.ts';
import { IsolateMemory } from './isolate-memory.ts';
import { MOST_UNDER_WAY, RequestBackends, type SharedBackends } from './request-backends.ts';

const DIGEST = digestOf(1);

/** Two requests of one isolate. */
function backendsUnderTest(more: Partial<ConfigurationSource> = {}) {
  const platform = new PlayedPlatform();
  const clock = new ManualClock(1);
  const { policy, embedded } = compiled(more);
  const { presence, registries, stores } = embedded.configuration;
  const shared: SharedBackends = {
    policy,
    options: stores,
    clock,
    log: platform.log,
    lists: new RepositoryLists(registries),
    health: new BackendHealth(policy.backends.length, {
      breaker: { failures: 1, openFor: 30_000 },
      canary: { failures: 1, passes: 1 },
    }),
    memory: new IsolateMemory({
      ...presence,
      backends: policy.backends.length,
      clock,
      seed: [1, 2],
    }),
    cache: new AnswerCache({
      cache: platform.cache,
      now: platform.now,
      clock,
      lifetimes: presence,
    }),
    underWay: policy.backends.map(() => new CheckLimit(MOST_UNDER_WAY, 2000)),
    limits: new Map(),
    client: new ContentClient({ fetch: platform.fetch, clock, userAgent: 'test', timeout: 2000 }),
  };
  const request = () => new RequestBackends(shared, platform);
  const [store] = policy.stores;
  return { platform, clock, policy, store, request, states: request(), shared };
}

async function asked(
  { platform, clock }: ReturnType<typeof backendsUnderTest>,
  asking: Promise<void>,
): Promise<void> {
  await clock.advance(1);
  await asking;
  await platform.settled();
}

suite('the stores of one request', () => {
  test('what is asked is learned by all requests, and kept for other isolates', async () => {
    const parts = backendsUnderTest();
    const { platform, store, request, states } = parts;
    platform.answerOf = () => new Response(null, { headers: { 'Content-Length': '4' } });
    assert.equal(states.presence(store, DIGEST), 'unasked');
    await asked(parts, states.ask([store], DIGEST));
    assert.equal(request().presence(store, DIGEST), 'present');
    assert.deepEqual(platform.asked, [`HEAD https://store.example/${DIGEST}`]);
    assert.equal(platform.entries.size, 1);
    const other = backendsUnderTest();
    for (const [url, response] of platform.entries) other.platform.entries.set(url, response);
    await asked(other, other.states.ask([other.store], DIGEST));
    assert.equal(other.states.presence(other.store, DIGEST), 'present');
    assert.deepEqual(other.platform.asked, []);
  });

  test('a store without checks has every blob, and one with check: range gets GET', async () => {
    const [source] = [{ url: 'https://store.example', key: '{digest}', default: true }];
    const none = backendsUnderTest({ stores: [{ ...source, name: 's', check: 'none' }] });
    assert.equal(none.states.presence(none.store, DIGEST), 'present');
    const range = backendsUnderTest({ stores: [{ ...source, name: 's', check: 'range' }] });
    await asked(range, range.states.ask([range.store], DIGEST));
    assert.deepEqual(range.platform.asked, [`GET https://store.example/${DIGEST}`]);
    assert.equal(range.states.presence(range.store, DIGEST), 'absent');
  });

  test('a store that is down is tried again by one request, itself and not its cached answers', async () => {
    const parts = backendsUnderTest();
    const { platform, clock, store, request, states, shared } = parts;
    const state = (): BackendState => states.condition(store);
    platform.answerOf = () => new Response(null);
    await asked(parts, states.ask([store], DIGEST));
    platform.answerOf = () => new Error('Network connection lost.');
    await asked(parts, states.ask([store], digestOf(2)));
    assert.equal(state(), 'down');
    await clock.advance(30_000);
    assert.equal(state(), 'trial');
    platform.answerOf = () => new Response(null);
    const before = platform.asked.length;
    request().recheck(store, DIGEST);
    request().recheck(store, DIGEST);
    await clock.advance(1);
    await platform.settled();
    assert.equal(platform.asked.length, before + 1);
    assert.equal(state(), 'up');
    assert.match(platform.lines.join('\n'), /backend-down.*connection lost[^]*backend-up/);
    // While it is up, the cache may answer.
    states.recheck(store, DIGEST);
    await clock.advance(1);
    await platform.settled();
    assert.equal(platform.asked.length, before + 1);
    assert.equal(shared.health.state(store.index, clock.now()), 'up');
  });

  test('a store that hangs gets no more checks than an isolate has room for', async () => {
    const parts = backendsUnderTest();
    const { platform, clock, store, request } = parts;
    platform.answerOf = () => undefined;
    for (let number = 0; number < MOST_UNDER_WAY + 10; number++)
      request().recheck(store, digestOf(number));
    await clock.advance(1);
    assert.equal(platform.asked.length, MOST_UNDER_WAY);
    await clock.advance(2000);
    await platform.settled();
    request().recheck(store, DIGEST);
    await clock.advance(1);
    assert.equal(platform.asked.length, MOST_UNDER_WAY + 1);
  });

  test('nothing is signed, measured, doubted or known from inventories', async () => {
    const { states } = backendsUnderTest();
    assert.equal(states.healthy(), true);
    assert.equal(states.isPresigned(), false);
    assert.equal(states.signNow(), undefined);
    assert.equal(await states.sign(), undefined);
    assert.equal(states.sizeOf(), -1);
    assert.equal(states.takeDoubt(), false);
    assert.equal(states.provenAbsentBy(), undefined);
  });
});

suite('the upstreams of one request', () => {
  const wantedOf = (upstream: Upstream, kind: 'manifest' | 'blob') =>
    ({ upstream, kind, name: 'a/b', digest: DIGEST }) as const;

  test('are asked for manifests and blobs, apart', async () => {
    const parts = backendsUnderTest();
    const { platform, clock, policy, states } = parts;
    const [upstream] = policy.registries[0].upstreams;
    platform.answerOf = (url) =>
      new Response(null, { status: url.includes('/blobs/') ? 200 : 404 });
    await asked(parts, states.askUpstream(wantedOf(upstream, 'blob'), 500));
    states.recheckUpstream(wantedOf(upstream, 'manifest'));
    await clock.advance(1);
    await platform.settled();
    assert.equal(states.upstreamHas(upstream, 'blob', 'a/b', DIGEST), 'present');
    assert.equal(states.upstreamHas(upstream, 'manifest', 'a/b', DIGEST), 'absent');
    assert.equal(states.upstreamHas(upstream, 'blob', 'a/c', DIGEST), 'unasked');
    assert.deepEqual(platform.asked, [
      `HEAD https://up.example/v2/a/b/blobs/${DIGEST}`,
      `HEAD https://up.example/v2/a/b/manifests/${DIGEST}`,
    ]);
    assert.equal(platform.entries.size, 2);
  });

  test('get no more requests from an isolate than a registry would answer', async () => {
    const parts = backendsUnderTest();
    const { platform, policy, states } = parts;
    const [upstream] = policy.registries[0].upstreams;
    for (let number = 0; number < 250; number++)
      await asked(
        parts,
        states.askUpstream({ ...wantedOf(upstream, 'blob'), digest: digestOf(number) }, 500),
      );
    assert.ok(
      platform.asked.length >= 200 && platform.asked.length < 250,
      `${platform.asked.length}`,
    );
    assert.equal(states.upstreamHas(upstream, 'blob', 'a/b', digestOf(249)), 'unasked');
  });

  test('a list of repositories in the configuration counts', () => {
    const upstreams = [{ name: 'up', url: 'https://up.example' }];
    const repositories = { from: 'list' as const, names: ['a'] };
    const { policy, states } = backendsUnderTest({
      registries: [{ name: 'r', upstreams, repositories }],
    });
    const [registry] = policy.registries;
    assert.deepEqual(
      [states.isRepository(registry, 'a'), states.isRepository(registry, 'b')],
      [true, false],
    );
  });

  test('a store is no upstream', async () => {
    const parts = backendsUnderTest();
    const { platform, states, store } = parts;
    const mistaken = store as Store & Upstream;
    await asked(parts, states.askUpstream(wantedOf(mistaken, 'blob'), 500));
    assert.deepEqual(platform.asked, []);
  });
});
