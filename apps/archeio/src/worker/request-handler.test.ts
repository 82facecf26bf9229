import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settlePromises } from '@archeio/presence/testing';
import fc from 'fast-check';
import {
  ADDRESSES,
  assembled,
  blob,
  digest,
  incoming,
  PRESENT,
  SOURCE,
} from './testing/assembled.ts';

const MINUTE = 60_000;

test('what is known is decided at once, without a promise', async () => {
  const { handler, checker } = assembled();
  checker.answers.set('https://paris.example', PRESENT);
  for (const target of ['/', '/v2/', '/v2/pause/manifests/3.9', '/livez', '/v2/A/tags/list']) {
    assert.ok(!(handler.decide(incoming(target)) instanceof Promise), target);
  }
  assert.ok(handler.decide(incoming(blob(1), ADDRESSES.paris)) instanceof Promise);
  await settlePromises();
  const known = handler.decide(incoming(blob(1), ADDRESSES.paris));
  assert.ok(!(known instanceof Promise));
  assert.equal(known.location, `https://paris.example/${digest(1)}`);
  assert.equal(checker.asked.length, 1);
});

test('each pull of a cold blob asks the store again: 100 simultaneous first pulls cost one HEAD', async () => {
  const { handler, checker } = assembled();
  checker.answers.set('https://cdn.example', PRESENT);
  const decisions = await Promise.all(
    Array.from({ length: 100 }, async () => handler.decide(incoming(blob(1)))),
  );
  assert.equal(checker.asked.length, 1);
  assert.deepEqual(
    new Set(decisions.map(({ location }) => location)),
    new Set([`https://cdn.example/${digest(1)}`]),
  );
});

test('50 pulls of a missing blob cost one HEAD', async () => {
  const { handler, checker } = assembled();
  for (let pull = 0; pull < 50; pull++) {
    const decision = await handler.decide(incoming(blob(1)));
    assert.equal(decision.rule, 'R12');
  }
  assert.equal(checker.asked.length, 1);
});

test('a CDN caches the 404 of a HEAD: presence is asked at its origin, redirects go to the CDN', async () => {
  const stores = [{ ...SOURCE.stores![1], checkUrl: 'https://origin.example' }];
  const { handler, checker } = assembled({ ...SOURCE, stores });
  checker.answers.set('https://origin.example', PRESENT);
  const decision = await handler.decide(incoming(blob(1)));
  assert.equal(decision.location, `https://cdn.example/${digest(1)}`);
  assert.deepEqual(
    checker.asked.map(({ url }) => url),
    [`https://origin.example/${digest(1)}`],
  );
});

test('an old answer is used, and the store asked again after answering', async () => {
  const { handler, checker, clock } = assembled();
  checker.answers.set('https://cdn.example', PRESENT);
  await handler.decide(incoming(blob(1)));
  await clock.advance(25 * 60 * MINUTE);
  checker.answers.clear();
  const stale = handler.decide(incoming(blob(1)));
  assert.ok(!(stale instanceof Promise));
  assert.equal(stale.rule, 'R11');
  await settlePromises();
  assert.equal(checker.asked.length, 2);
  assert.equal((await handler.decide(incoming(blob(1)))).rule, 'R12');
});

test('the size of a blob is known everywhere if a store has stated it', async () => {
  const { handler, checker, states, policy, memory } = assembled();
  checker.answers.set('https://cdn.example', PRESENT);
  await handler.decide(incoming(blob(1)));
  for (const backend of policy.backends) assert.equal(states.sizeOf(backend, digest(1)), 1234);
  assert.equal(states.sizeOf(policy.stores[1], digest(2)), -1);
  assert.equal(memory.entries, 1);
});

test('an unchecked store is assumed to have every blob; one with an unreliable HEAD is asked by range', async () => {
  const source = (check: 'none' | 'range') => ({
    version: 1 as const,
    pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
    registries: [
      { name: 'k8s', upstreams: [{ name: 'upstream', url: 'https://upstream.example' }] },
    ],
    stores: [
      {
        name: 'cdn',
        url: 'https://cdn.example',
        key: '{digest}',
        default: true,
        check,
        checkUrl: 'https://origin.example',
      },
    ],
  });
  const unchecked = assembled(source('none'));
  assert.equal((await unchecked.handler.decide(incoming(blob(1)))).rule, 'R11');
  assert.deepEqual(unchecked.checker.asked, []);
  const ranged = assembled(source('range'));
  await ranged.handler.decide(incoming(blob(1)));
  assert.deepEqual(ranged.checker.asked, [
    { url: `https://origin.example/${digest(1)}`, method: 'range' },
  ]);
});

test('an unusable client address never fails a pull, and is counted', async () => {
  const { handler, record, checker } = assembled();
  checker.answers.set('https://cdn.example', PRESENT);
  const bad = { ...incoming(blob(1)), addressHeader: 'garbage' };
  assert.equal((await handler.decide(bad)).rule, 'R11');
  await handler.decide({ ...incoming(blob(1)), addressHeader: 'x, y, z' });
  assert.deepEqual(record.totals().clientAddressErrors, {
    'too-few-addresses': 1,
    'malformed-address': 1,
  });
});

test('the client’s address is read only if the answer depends on its place', async () => {
  const { handler, record, checker } = assembled({
    ...SOURCE,
    registries: (SOURCE.registries ?? []).map((registry) => ({
      ...registry,
      hosts: ['registry.example'],
      repositories: { from: 'list' as const, names: ['pause'] },
    })),
  });
  checker.answers.set('https://', PRESENT);
  let read = 0;
  const decide = async (method: string, target: string, host = 'registry.example') => {
    read = 0;
    const { rule } = await handler.decide({
      method,
      target,
      host,
      get addressHeader() {
        read++;
        return 'garbage';
      },
      peer: '10.0.0.1',
    });
    return rule;
  };
  const anywhere = [
    ['POST', '/v2/pause/manifests/3.9', 'R1'],
    ['OPTIONS', '/', 'R7'],
    ['GET', '/', 'R2'],
    ['GET', '/privacy', 'R3'],
    ['GET', '/v2/', 'R4'],
    ['GET', '/v2/_catalog', 'R5'],
    ['GET', '/v2/A/tags/list', 'R6'],
    ['GET', '/v2/pause/manifests/sha256:1', 'R6'],
    ['GET', '/v2/other/manifests/3.9', 'R6'],
    ['GET', `/v2/other/blobs/${digest(1)}`, 'R6'],
    ['GET', '/livez', 'R7'],
    ['HEAD', '/readyz', 'R7'],
    ['GET', '/other', 'R7'],
  ] as const;
  for (const [method, target, rule] of anywhere) {
    assert.equal(await decide(method, target), rule, target);
    assert.equal(read, 0, `${method} ${target}`);
  }
  assert.equal(await decide('GET', blob(1), 'other.example'), 'R6');
  assert.equal(read, 0, 'no registry is served on this host');
  assert.deepEqual(record.totals().clientAddressErrors, {});
  const placed = [
    ['/v2/pause/manifests/3.9', 'R9'],
    [`/v2/pause/manifests/${digest(1)}`, 'R9'],
    ['/v2/pause/tags/list', 'R9'],
    [`/v2/pause/referrers/${digest(1)}`, 'R9'],
    [blob(1), 'R11'],
  ] as const;
  for (const [target, rule] of placed) {
    assert.equal(await decide('GET', target), rule, target);
    assert.equal(read, 1, target);
  }
  assert.deepEqual(record.totals().clientAddressErrors, { 'too-few-addresses': placed.length });
});

test('decisions are counted by rule and backend', async () => {
  const { handler, record } = assembled();
  for (const target of ['/', '/v2/', '/v2/a/manifests/b', blob(1), blob(1)])
    await handler.decide(incoming(target, ADDRESSES.gcp));
  await handler.decide(incoming(blob(1)));
  assert.deepEqual(record.totals(), {
    decisions: { R2: 1, R4: 1, R9: 1, R10: 2, R12: 1 },
    backends: { upstream: 4 },
    clientAddressErrors: {},
    ownFailures: 0,
  });
});

test('no outbound request for a digest outside the grammar, whatever the target', async () => {
  const { handler, checker } = assembled();
  const piece = fc.constantFrom(
    'sha256:',
    'sha512:',
    'md5:',
    'x',
    digest(5).slice(7),
    digest(6),
    '/',
    '%2F',
    '%3F',
    '?',
    '..',
    'A',
    '%00',
    '\r\n',
    ' ',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 6 }), async (pieces) => {
      await handler.decide(incoming(`/v2/pause/blobs/${pieces.join('')}`));
    }),
    { numRuns: 5000 },
  );
  for (const { url } of checker.asked)
    assert.match(
      url,
      /^https:\/\/(paris|cdn)\.example\/(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/,
    );
});

test('health checks follow the lifecycle of the process', async () => {
  const { handler, lifecycle } = assembled();
  assert.equal((await handler.decide(incoming('/readyz'))).status, 200);
  lifecycle.stopping();
  assert.equal((await handler.decide(incoming('/readyz'))).status, 503);
  assert.equal((await handler.decide(incoming('/livez'))).status, 200);
});

test('the header to pass is the topology’s', () => {
  assert.equal(assembled().handler.addressHeaderName, 'x-forwarded-for');
});
