import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddr } from '@archeio/netip';
import fc from 'fast-check';
import { explainRequest } from './explanation.ts';
import {
  ADDRESSES,
  assembled,
  blob,
  digest,
  incoming,
  PRESENT,
  UNAVAILABLE,
} from './testing/assembled.ts';

test('a blob: every candidate, with its presence or why it was passed over', async () => {
  const parts = assembled();
  parts.checker.answers.set('https://cdn.example', PRESENT);
  const request = { method: 'GET', path: blob(1), address: parseAddr('::ffff:35.180.1.1') };
  assert.deepEqual(await explainRequest(parts, request, true), {
    request: { method: 'GET', path: blob(1), kind: 'blob', name: 'pause', reference: digest(1) },
    client: { address: '35.180.1.1', cloud: 'AWS', region: 'eu-west-3', prefix: '35.180.0.0/16' },
    candidates: [
      {
        name: 'paris',
        url: `https://paris.example/${digest(1)}`,
        presence: 'absent',
        excluded: 'it does not have the blob',
      },
      { name: 'cdn', url: `https://cdn.example/${digest(1)}`, presence: 'present', excluded: null },
      {
        name: 'upstream',
        url: `https://upstream.example/v2/images/pause/blobs/${digest(1)}`,
        presence: null,
        excluded: 'not needed',
      },
    ],
    decision: {
      rule: 'R11',
      status: 307,
      location: `https://cdn.example/${digest(1)}`,
      backend: 'cdn',
      reason: 'the first healthy store that has it',
    },
  });
});

test('without asking, what is not known stays so', async () => {
  const parts = assembled();
  const explanation = await explainRequest(
    parts,
    { method: 'GET', path: blob(1), address: parseAddr(ADDRESSES.unknown) },
    false,
  );
  assert.deepEqual(parts.checker.asked, []);
  assert.deepEqual(
    explanation.candidates.map(({ name, presence, excluded }) => [name, presence, excluded]),
    [
      ['cdn', 'unknown', 'it has not been asked for the blob'],
      ['upstream', null, null],
    ],
  );
  assert.deepEqual(explanation.client, {
    address: ADDRESSES.unknown,
    cloud: null,
    region: null,
    prefix: null,
  });
});

test('what is not a blob', async () => {
  const parts = assembled();
  const explain = (path: string, method = 'GET') =>
    explainRequest(parts, { method, path, address: parseAddr(ADDRESSES.gcp) }, true);
  const manifest = await explain('/v2/pause/manifests/3.9?ns=x');
  assert.deepEqual(manifest.request, {
    method: 'GET',
    path: '/v2/pause/manifests/3.9?ns=x',
    kind: 'manifest',
    name: 'pause',
    reference: '3.9',
  });
  assert.deepEqual(manifest.candidates, [
    {
      name: 'upstream',
      url: 'https://upstream.example/v2/images/pause/manifests/3.9?ns=x',
      presence: null,
      excluded: null,
    },
  ]);
  const unset = await explainRequest(
    parts,
    { method: 'GET', path: '/v2/pause/tags/list', address: parseAddr(ADDRESSES.gcp) },
    true,
  );
  assert.equal(unset.candidates[0].url, 'https://upstream.example/v2/images/pause/tags/list');
  const page = await explain('/');
  assert.deepEqual(
    [
      page.request.kind,
      page.request.name,
      page.request.reference,
      page.candidates,
      page.decision.backend,
    ],
    ['page', null, null, [], null],
  );
  assert.equal((await explain('/v2/', 'POST')).decision.rule, 'R1');
  const kept = await explain(blob(1));
  assert.deepEqual(
    kept.candidates.map(({ name, excluded }) => [name, excluded]),
    [
      ['upstream', null],
      ['cdn', 'the client is in a network that stays on the upstream'],
    ],
  );
});

test('for the same state explain says what serve does', async () => {
  const answers = fc.constantFrom(
    PRESENT,
    UNAVAILABLE,
    { kind: 'status', status: 404, size: -1 } as const,
    { kind: 'failure', reason: 'timeout' } as const,
  );
  const target = fc.oneof(
    fc.integer({ min: 0, max: 5 }).map(blob),
    fc.constantFrom(
      '/',
      '/v2/',
      '/v2/a/manifests/b',
      '/v2/a/tags/list?n=1',
      '/v2/A/tags/list',
      '/livez',
      '/x',
      `/v2/a/referrers/${digest(1)}`,
      '/v2/a/blobs/md5:x',
    ),
  );
  const step = fc.record({
    target,
    address: fc.constantFrom(...Object.values(ADDRESSES)),
    method: fc.constantFrom('GET', 'HEAD', 'POST'),
    paris: answers,
    cdn: answers,
    wait: fc.constantFrom(0, 1000, 31_000, 3_600_000),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const parts = assembled();
      for (const { target, address, method, paris, cdn, wait } of steps) {
        parts.checker.answers.set('https://paris.example', paris);
        parts.checker.answers.set('https://cdn.example', cdn);
        await parts.clock.advance(wait);
        const decision = await parts.front.decide(incoming(target, address, method));
        const { decision: explained } = await explainRequest(
          parts,
          { method, path: target, address: parseAddr(address) },
          false,
        );
        const {
          rule,
          status,
          location = null,
          backend,
          reason,
        } = await parts.front.decide(incoming(target, address, method));
        assert.deepEqual(explained, {
          rule,
          status,
          location,
          backend: backend?.name ?? null,
          reason,
        });
        assert.equal(decision.status, status);
      }
    }),
    { numRuns: 300 },
  );
});
