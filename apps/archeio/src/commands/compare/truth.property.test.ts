import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfiguration } from '@archeio/configuration';
import { formatPrefix, makePrefix, parseAddr } from '@archeio/netip';
import fc from 'fast-check';
import { shippedRanges } from '../../configuration/shipped.ts';
import type { DecisionEvent } from '../../ipc/decision-event.ts';
import { ADDRESSES, digest } from '../../worker/testing/assembled.ts';
import { EventComparison } from './event-comparison.ts';
import { readRecorded } from './read-recorded.ts';
import { arbitraryConfiguration } from './testing/arbitrary-configuration.ts';
import { recordDecision } from './testing/record-decision.ts';
import { arbitraryWorld, decide, downSeen, handlerIn } from './testing/world.ts';

const RANGES = shippedRanges();
const NO_LINES = { events: 0, summaries: 0, skipped: 0, bad: 0 };

const names = fc.constantFrom('a', 'pause', 'docker/a', 'hub/a', 'images/a');
const target = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(names, fc.constantFrom(0, 1, 2))
      .map(([name, number]) => `/v2/${name}/blobs/${digest(number)}`),
  },
  names.map((name) => `/v2/${name}/manifests/v1`),
  names.map((name) => `/v2/${name}/manifests/${digest(1)}`),
  names.map((name) => `/v2/${name}/manifests/sha256-${'1'.repeat(64)}.sig`),
  fc
    .tuple(names, fc.constantFrom('', '?n=1'))
    .map(([name, query]) => `/v2/${name}/tags/list${query}`),
  fc.constantFrom('/', '/privacy', '/v2/', '/livez', '/v2/_catalog'),
);
const asked = fc.record({
  target,
  host: fc.constantFrom('registry.example', 'mirror.example', 'other.example'),
  address: fc.constantFrom(...Object.values(ADDRESSES), '203.0.113.200'),
  method: fc.constantFrom('GET', 'HEAD'),
});

/** The event with what `events.client` adds. */
function withClient(event: DecisionEvent, address: string, client: string): DecisionEvent {
  if (client === 'none') return event;
  const prefix = formatPrefix(makePrefix(parseAddr(address), 24));
  return { ...event, client: client === 'full' ? address : prefix };
}

/** The line of a summary for one event. */
function summaryOf({ method, bytes, weight, kind, reference, ...event }: DecisionEvent): object {
  const isDigest = reference?.includes(':') === true;
  const isFetched = method === 'GET' && kind === 'blob';
  return {
    ...event,
    event: 'decision-summary',
    method,
    kind,
    reference: isDigest ? null : reference,
    requests: weight,
    bytes: isFetched ? (bytes ?? 0) * weight : 0,
    unknownSizes: isFetched && bytes === null ? weight : 0,
  };
}

const NUMBER_OF_RUNS = 300;

test('what compare says of a request is what a handler with the new configuration does, or that it is not known', async () => {
  const counts = { known: 0, moved: 0, notKnown: 0 };
  await fc.assert(
    fc.asyncProperty(
      arbitraryConfiguration,
      arbitraryConfiguration,
      fc.boolean(),
      arbitraryWorld,
      fc.array(asked, { minLength: 1, maxLength: 4 }),
      fc.constantFrom('none', 'prefix', 'full'),
      async (old, other, sameNetworks, world, requests, client) => {
        const next = sameNetworks ? { ...other, networks: old.networks ?? {} } : other;
        const sides = [old, next].map((source) => ({
          configuration: parseConfiguration(source),
          ranges: RANGES,
        }));
        const [before, after] = [sides[0] ?? assert.fail(), sides[1] ?? assert.fail()];
        for (const request of requests) {
          const parts = handlerIn(old, world);
          const event = await recordDecision(parts, request, 1000);
          const first = await decide(handlerIn(old, world), request);
          const down = await downSeen(parts, request);
          // What no event shows counts as healthy.
          const second = await decide(handlerIn(next, { ...world, down }), request);
          for (const line of [withClient(event, request.address, client), summaryOf(event)]) {
            const recorded = readRecorded(JSON.stringify(line), false);
            assert.ok(typeof recorded === 'object', JSON.stringify([recorded, line]));
            const comparison = new EventComparison(before, after);
            comparison.add(recorded);
            const { notKnown, elsewhere, backends, unchanged } = comparison.result(NO_LINES);
            if (notKnown.requests > 0) {
              counts.notKnown++;
              assert.equal(elsewhere.requests + unchanged.requests, 0);
              continue;
            }
            counts.known++;
            const moves = first.location !== second.location || first.status !== second.status;
            if (moves) counts.moved++;
            const used = (side: 'old' | 'new'): string | undefined =>
              backends.find((row) => row[side].requests > 0)?.backend;
            assert.deepEqual(
              [elsewhere.requests, used('old'), used('new')],
              [moves ? 1 : 0, first.backend?.name, second.backend?.name],
              JSON.stringify({ line, first: first.location, second: second.location }),
            );
          }
        }
      },
    ),
    { numRuns: NUMBER_OF_RUNS },
  );
  for (const [what, count] of Object.entries(counts))
    assert.ok(count > NUMBER_OF_RUNS / 2, `${what}: only ${count} requests`);
});
