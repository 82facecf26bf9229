import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ConfigurationSource, parseConfiguration } from '@archeio/configuration';
import type { Presence } from '@archeio/redirect';
import fc from 'fast-check';
import { shippedRanges } from '../../configuration/shipped.ts';
import {
  ADDRESSES,
  assembled,
  blob,
  digest,
  PRESENT,
  UNAVAILABLE,
} from '../../worker/testing/assembled.ts';
import { WIDE } from '../../worker/testing/wide.ts';
import { EventComparison } from './event-comparison.ts';
import { readRecorded } from './read-recorded.ts';
import { recordDecision } from './testing/record-decision.ts';

const RANGES = shippedRanges();
const NO_LINES = { events: 0, summaries: 0, skipped: 0, bad: 0 };

const answers = fc.constantFrom(
  PRESENT,
  UNAVAILABLE,
  { kind: 'status', status: 404, size: -1 } as const,
  { kind: 'failure', reason: 'timeout' } as const,
);
const step = fc.record({
  target: fc.oneof(
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 5 }).map(blob) },
    fc.integer({ min: 0, max: 5 }).map((number) => `/v2/docker/a/blobs/${digest(number)}`),
    fc.constantFrom(
      '/',
      '/privacy',
      '/v2/',
      '/v2/a/manifests/b',
      `/v2/a/manifests/${digest(2)}`,
      `/v2/a/manifests/sha256-${'1'.repeat(64)}.sig`,
      `/v2/docker/a/manifests/${digest(2)}`,
      '/v2/a/tags/list?n=1',
      '/v2/a/tags/list',
      '/v2/docker/a/tags/list?n=1',
      '/v2/library/a/tags/list?n=1',
      '/v2/library/a/tags/list',
      '/v2/A/tags/list',
      '/livez',
      '/x',
      `/v2/a/referrers/${digest(1)}`,
      `/v2/library/a/referrers/${digest(1)}?artifactType=a`,
      '/v2/a/blobs/md5:x',
    ),
  ),
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
  size: fc.option(fc.integer({ min: 0, max: 1e9 })),
  weight: fc.integer({ min: 1, max: 100 }),
  wait: fc.constantFrom(0, 1000, 31_000, 3_600_000),
});

/** Some stores are never checked, and every name is on a list. */
const VARIED: ConfigurationSource = {
  ...WIDE,
  stores: (WIDE.stores ?? []).map((store) => ({
    ...store,
    ...(store.name === 'cdn' && { check: 'none' as const }),
    usdPerGiB: { sameRegion: 0, sameCloud: 0.01, internet: 0.09 },
  })),
  registries: WIDE.registries.map((registry) => ({
    ...registry,
    repositories: { from: 'list' as const, names: ['pause', 'a'] },
  })),
};

for (const [name, source] of Object.entries({ WIDE, VARIED }))
  test(`events of the handler against the same configuration: all known, nothing moves, each backend as recorded (${name})`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const parts = assembled(source);
        const configuration = parseConfiguration(source);
        const side = { configuration, ranges: RANGES };
        const comparison = new EventComparison(side, side);
        let requests = 0;
        let bytes = 0;
        for (const { stores, upstream, wait, size, weight, ...asked } of steps) {
          for (const [store, answer] of Object.entries(stores))
            parts.checker.answers.set(`https://${store}.`, answer);
          Object.defineProperties(parts.states, {
            upstreamHas: { value: () => upstream, configurable: true },
          });
          await parts.clock.advance(wait);
          const event = await recordDecision(parts, asked, size, weight);
          const recorded = readRecorded(JSON.stringify(event), false);
          assert.ok(typeof recorded === 'object', JSON.stringify([recorded, event]));
          comparison.add(recorded);
          requests += weight;
          if (event.method === 'GET' && event.kind === 'blob') bytes += weight * (size ?? 0);
          const so = comparison.result(NO_LINES);
          assert.equal(so.notAsRecorded, 0, JSON.stringify(event));
          assert.equal(so.unchanged.requests, requests, JSON.stringify([event, so.notKnown]));
        }
        const { unchanged, elsewhere, moves, old, new: next } = comparison.result(NO_LINES);
        assert.deepEqual([unchanged.bytes, elsewhere.requests, moves.length], [bytes, 0, 0]);
        assert.deepEqual(old, next);
      }),
      { numRuns: 300 },
    );
  });
