import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddr } from '@archeio/netip';
import { ManualClock } from '@archeio/presence/testing';
import { startReceiver } from '../../../../../test/telemetry/otlp-receiver.ts';
import type { ObservedRequest } from '../../http/request-observer.ts';
import { assembled, blob, incoming, PRESENT } from '../../worker/testing/assembled.ts';
import type { SdkTracing } from './sdk-tracing.ts';
import { startTracing } from './start-tracing.ts';

const BUILD = { version: '1.2.3', revision: '', runtime: 'node 26' };
const SETTINGS = { sampler: undefined, queue: 4, batch: 4, delay: 1e6, timeout: 1e6 };

async function begin(url: string, settings: Partial<typeof SETTINGS> = {}) {
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = url;
  process.env['OTEL_EXPORTER_OTLP_TIMEOUT'] = '300';
  const clock = new ManualClock();
  const lines: string[] = [];
  const log = {
    info: (event: string) => void lines.push(event),
    warn: (event: string) => void lines.push(event),
  };
  const tracing = await startTracing(
    { traces: { ...SETTINGS, ...settings }, metrics: undefined, resource: {} },
    { build: BUILD, clock, log },
  );
  assert.ok(tracing);
  return { tracing, clock, lines };
}

function requestOf(target = blob(1), headers: string[] = []): ObservedRequest {
  const request = incoming(target, '35.180.1.1');
  return { incoming: request, headers, began: 0, requestId: undefined, traceId: undefined };
}

/** Traces a request through a real handler. */
async function traced(tracing: SdkTracing, target = blob(1), status?: number): Promise<string> {
  const { handler, checker } = assembled();
  checker.answers.set('https://', PRESENT);
  const request = requestOf(target);
  const span = tracing.begin(request, undefined);
  const decision = await handler.decide({ ...request.incoming, observation: span });
  span.answered(status ?? decision.status);
  return span.traceId;
}

test('no settings, no tracing', async () => {
  const off = { traces: undefined, metrics: undefined, resource: {} };
  const log = { info: () => undefined, warn: () => undefined };
  assert.equal(await startTracing(off, { build: BUILD, clock: new ManualClock(), log }), undefined);
});

test('a stop exports the last spans, each with its checks', async () => {
  await using receiver = await startReceiver();
  const { tracing } = await begin(receiver.url);
  const traceId = await traced(tracing);
  await traced(tracing, '/elsewhere', 503);
  await tracing.stop(10_000);
  const [request, failed] = receiver.spans.filter(({ kind }) => kind === 2);
  assert.equal(request?.traceId, traceId);
  const checks = receiver.spans.filter(({ parentSpanId }) => parentSpanId === request.spanId);
  assert.ok(checks.length > 0);
  for (const { attributes, name, traceId: own } of checks) {
    assert.equal(name, `check ${attributes['archeio.backend']}`);
    assert.equal(own, traceId);
  }
  assert.equal(failed?.name, 'GET');
  assert.equal(failed.status, 2);
  assert.equal(failed.attributes['error.type'], '503');
  assert.equal(tracing.counts.exported, receiver.spans.length);
});

test('a span that did not wait until the end, or whose backend was not considered, ends as well', async () => {
  await using receiver = await startReceiver();
  const { tracing } = await begin(receiver.url);
  const { policy } = assembled();
  const request = requestOf();
  const span = tracing.begin(request, {
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    isSampled: false,
    traceState: 'c=d',
  });
  const { handler } = assembled();
  const decision = await handler.decide(incoming('/v2/', '35.180.1.1'));
  const { facts } = await handler.explain(request.incoming, parseAddr('35.180.1.1'), false, {
    candidate: () => undefined,
  });
  span.client();
  span.asking([policy.stores[0]]);
  span.considered(policy.stores[0], undefined);
  span.decided({ ...decision, backend: undefined }, facts);
  span.answered(200);
  await tracing.stop(10_000);
  const [check, own] = receiver.spans;
  assert.deepEqual(Object.keys(check?.attributes ?? {}), ['archeio.backend']);
  assert.equal(own?.traceState, 'c=d');
  assert.equal(own.parentSpanId, 'b'.repeat(16));
});

test('presence in spans is what events have, also for a store that did not answer in time', async () => {
  await using receiver = await startReceiver();
  const { tracing } = await begin(receiver.url, { queue: 20 });
  const { policy, handler } = assembled();
  const decision = await handler.decide(incoming('/v2/', '35.180.1.1'));
  const request = requestOf();
  const { facts } = await handler.explain(request.incoming, parseAddr('35.180.1.1'), false, {
    candidate: () => undefined,
  });
  const known = ['present', 'stale', 'absent', 'unknown', 'unasked'] as const;
  for (const presence of known) {
    const span = tracing.begin(request, undefined);
    span.asking([policy.stores[0]]);
    span.considered(policy.stores[0], presence);
    span.decided(decision, facts);
    span.answered(307);
  }
  await tracing.stop(10_000);
  const reported = receiver.spans.flatMap(({ attributes }) => attributes['archeio.presence'] ?? []);
  assert.deepEqual(reported, ['present', 'present', 'absent', 'unknown', 'unknown']);
});

test('spans beyond the queue are dropped, and those that the collector refuses have failed', async () => {
  await using receiver = await startReceiver();
  receiver.behave(400);
  const { tracing, lines } = await begin(receiver.url);
  for (let at = 0; at < 6; at++) await traced(tracing, '/elsewhere');
  while (tracing.counts.failed === 0) await new Promise((resolve) => void setTimeout(resolve, 5));
  assert.deepEqual(tracing.counts, { exported: 0, failed: 4, dropped: 2 });
  assert.deepEqual(lines, ['telemetry-not-exported']);
  await tracing.stop(10_000);
});

test('a stop does not wait longer than it may', async () => {
  await using receiver = await startReceiver();
  receiver.behave('hang');
  const { tracing, clock } = await begin(receiver.url);
  await traced(tracing, '/elsewhere');
  const stopped = tracing.stop(60_000);
  await clock.advance(1000);
  await stopped;
  assert.equal(receiver.spans.length, 0);
});
