import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddr } from '@archeio/netip';
import { type Presence, REASONS } from '@archeio/redirect';
import fc from 'fast-check';
import { explainRequest } from '@archeio/request-handler';
import {
  ADDRESSES,
  assembled,
  blob,
  digest,
  incoming,
  PRESENT,
  UNAVAILABLE,
} from './testing/assembled.ts';
import { WIDE } from './testing/wide.ts';

const answers = fc.constantFrom(
  PRESENT,
  UNAVAILABLE,
  { kind: 'status', status: 404, size: -1 } as const,
  { kind: 'failure', reason: 'timeout' } as const,
);
const target = fc.oneof(
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 5 }).map(blob) },
  fc.integer({ min: 0, max: 5 }).map((number) => `/v2/docker/a/blobs/${digest(number)}`),
  fc.constantFrom(
    '/',
    '/v2/',
    '/v2/a/manifests/b',
    `/v2/a/manifests/${digest(2)}`,
    `/v2/docker/a/manifests/${digest(2)}`,
    '/v2/a/tags/list?n=1',
    '/v2/docker/a/tags/list?n=1',
    '/v2/library/a/tags/list?n=1',
    '/v2/A/tags/list',
    '/livez',
    '/x',
    `/v2/a/referrers/${digest(1)}`,
    '/v2/a/blobs/md5:x',
    `http://mirror.example/v2/docker/a/blobs/${digest(3)}`,
  ),
);
const step = fc.record({
  target,
  host: fc.constantFrom('registry.example', 'mirror.example', 'other.example'),
  address: fc.constantFrom(...Object.values(ADDRESSES)),
  method: fc.constantFrom('GET', 'HEAD', 'POST'),
  stores: fc.record({
    paris: answers,
    paris2: answers,
    dublin: answers,
    cdn: answers,
    office: answers,
  }),
  upstream: fc.constantFrom<Presence>('present', 'stale', 'absent', 'unknown', 'unasked'),
  listed: fc.boolean(),
  wait: fc.constantFrom(0, 1000, 31_000, 3_600_000),
});

test('for the same state explain says what serve does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const parts = assembled(WIDE);
      for (const { target: path, host, address, method, stores, upstream, listed, wait } of steps) {
        for (const [name, answer] of Object.entries(stores))
          parts.checker.answers.set(`https://${name}.`, answer);
        Object.defineProperties(parts.states, {
          upstreamHas: { value: () => upstream, configurable: true },
          isRepository: { value: () => listed, configurable: true },
        });
        await parts.clock.advance(wait);
        const request = incoming(path, address, method, host);
        const { status } = await parts.handler.decide(request);
        const { decision: explained, candidates } = await explainRequest(
          parts,
          { method, path, host, address: parseAddr(address) },
          false,
        );
        const {
          rule,
          location = null,
          backend,
          status: again,
          ...decided
        } = await parts.handler.decide(request);
        const reason =
          decided.reason === REASONS.notConfirmedInTime ? REASONS.noStoreAsked : decided.reason;
        assert.deepEqual(explained, {
          rule,
          status: again,
          location,
          backend: backend?.name ?? null,
          reason: reason.words,
          reasonCode: reason.code,
        });
        assert.equal(again, status);
        const used = candidates.filter(({ excluded }) => excluded === null);
        assert.deepEqual(
          used.map(({ name }) => name),
          backend === undefined ? [] : [backend.name],
        );
      }
    }),
    { numRuns: 300 },
  );
});
