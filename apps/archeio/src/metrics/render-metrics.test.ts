import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { suite, test } from 'node:test';
import { ManualClock } from '@archeio/presence/testing';
import { unavailable } from '../../../../test/parts/availability.ts';
import { DecisionRecord } from './decision-record.ts';
import { assembled, blob, digest, incoming, PRESENT } from '../worker/testing/assembled.ts';
import { FAMILIES } from './families.ts';
import { mergeSnapshots, type MetricsSnapshot } from './metrics-snapshot.ts';
import { renderMetrics } from './render-metrics.ts';
import { RuntimeMetrics } from './runtime-metrics.ts';
import { gaugesOf } from '../supervisor/admin/gauges.ts';
import { EventCounts } from '../supervisor/events/event-counts.ts';
import { BackendHealth } from '@archeio/backend-health';
import { outcomeOf } from '../backends/presence/check-outcome.ts';
import { WorkerMetrics } from './worker-metrics.ts';

const GIB = 1024 ** 3;

/** A process with a sample of every family. */
async function everything(): Promise<MetricsSnapshot> {
  const clock = new ManualClock();
  const metrics = new WorkerMetrics(clock);
  const record = new DecisionRecord({
    log: { error: () => undefined },
    metrics,
    backends: [
      {
        name: 'paris "1"\\',
        location: { cloud: 'AWS', region: 'eu-west-3' },
        price: { sameRegion: 0, sameCloud: 0.02, internet: 0.09 },
      },
      { name: 'upstream', location: undefined, price: 0.5 },
    ],
    places: [{ cloud: 'AWS', region: 'eu-west-3' }],
  });
  const { handler, checker } = assembled();
  checker.answers.set('https://', PRESENT);
  const decision = { ...(await handler.decide(incoming(blob(1)))), backend: undefined };
  const paris = { kind: 'store', index: 0, name: 'paris "1"\\' } as const;
  const to = { ...decision, backend: paris } as unknown as typeof decision;
  for (const [place, bytes] of [
    [0, 2 * GIB],
    [-1, 10 * GIB],
    [-1, -1],
  ] as const) {
    record.decision(to, { route: { kind: 'blob' }, place });
    record.fetched(paris, { place }, bytes, { index: 1 });
  }
  record.ownFailure(new Error());
  record.forwardedIgnored();
  metrics.spans = { exported: 6, failed: 1, dropped: 2 };
  metrics.connections = {
    limit: 128,
    server: { open: 5 },
    overflow: { idle: 7, rejected: 8 },
  };
  metrics.prefaceFailures = new Map([['no-header', 9]]);
  record.clientAddressError('malformed-header');
  metrics.presenceCheck('paris "1"\\', outcomeOf(PRESENT, { state: 'present', size: 1 }), 30);
  metrics.presenceCheck(
    'paris "1"\\',
    outcomeOf({ kind: 'failure', reason: 'tls' }, undefined),
    3e4,
  );
  metrics.presenceCheck('paris "1"\\', outcomeOf({ kind: 'nothing' }, undefined), 1);
  metrics.inventoryAbsent.add(metrics.inventoryAbsent.slot(['paris "1"\\']), 4);
  metrics.shadow.add(metrics.shadow.slot(['same']), 5);
  metrics.sharedPresence.opened({ available: true });
  metrics.sharedPresence.checked('found');
  metrics.sharedPresence.failed('timeout');
  metrics.sharedPresence.answered(0.3);
  const began = metrics.requests.begin();
  await clock.advance(100);
  metrics.requests.end('BREW', 405, began);
  metrics.requests.begin();
  const health = new BackendHealth(2, {
    breaker: { failures: 1, openFor: 30_000 },
    canary: { failures: 3, passes: 2 },
  });
  health.observe(0, 'failure', 'a', 0);
  const gauges = gaugesOf({
    build: { version: '1.0.0', revision: 'abc', runtime: 'node 26.0.0' },
    crew: { wanted: 4, answering: 2, silent: 1, ends: { crashed: 5, silent: 6 }, dropped: 7 },
    backends: [
      {
        backend: {
          kind: 'store',
          name: 'paris "1"\\',
          url: 'https://paris.test/',
          price: undefined,
        },
        health: health.describe(0, 1),
      },
      {
        backend: {
          kind: 'upstream',
          name: 'upstream',
          url: 'https://upstream.test',
          price: undefined,
        },
        health: health.describe(1, 1),
      },
    ],
    onlyUpstream: new Map([['paris "1"\\', 3]]),
    inventories: new Map([
      ['paris "1"\\', { date: 1_700_000_000_500, unused: null }],
      ['new', { date: null, unused: 'awaited' }],
    ]),
    ranges: [
      { cloud: 'AWS', ipv4Prefixes: 3, ipv6Prefixes: 2, asOf: '2026-07-01T00:00:00Z', used: true },
      { cloud: 'Azure', ipv4Prefixes: 1, ipv6Prefixes: 0, asOf: null, used: false },
    ],
    configuration: {
      loadedAt: 1_700_000_000_000,
      lastReload: { at: 0, successful: false, problems: [] },
    },
    certificate: { notAfter: 1_800_000_000_000, lastReloadSuccessful: true },
  });
  return mergeSnapshots([metrics.snapshot(12, 8), gauges, new EventCounts().snapshot()]);
}

test('renders every family with the counted values', async () => {
  const text = await renderMetrics(await everything());
  for (const name of Object.keys(FAMILIES)) assert.ok(text.includes(`# TYPE ${name} `), name);
  const store = 'paris \\"1\\"\\\\';
  for (const line of [
    `archeio_decisions_total{rule="R11",kind="blob",backend="${store}",cloud="AWS",region="eu-west-3"} 1`,
    `archeio_decisions_total{rule="R11",kind="blob",backend="${store}",cloud="",region=""} 2`,
    `archeio_blob_bytes_total{backend="${store}",cloud="AWS",region="eu-west-3"} ${2 * GIB}`,
    `archeio_blob_bytes_total{backend="${store}",cloud="",region=""} ${10 * GIB}`,
    `archeio_egress_usd_total{backend="${store}",cloud="AWS"} 0`,
    `archeio_blob_unknown_size_total{backend="${store}",cloud=""} 1`,
    `archeio_egress_usd_total{backend="${store}",cloud=""} 0.8999999999999999`,
    `archeio_egress_upstream_usd_total{backend="${store}",cloud="AWS"} 1`,
    `archeio_egress_upstream_usd_total{backend="${store}",cloud=""} 5`,
    'archeio_client_address_errors_total{reason="malformed-header"} 1',
    'archeio_client_address_errors_total{reason="unusable-peer"} 0',
    'archeio_own_failures_total 1',
    'archeio_forwarded_ignored_total 1',
    'archeio_connections 5',
    'archeio_connections_limit 128',
    'archeio_connections_failed_total{reason="no-header"} 9',
    'archeio_tls_certificate_not_after_timestamp_seconds 1800000000',
    'archeio_tls_certificate_last_reload_successful 1',
    'archeio_connections_over_limit_total{outcome="closed-idle"} 7',
    'archeio_connections_over_limit_total{outcome="refused"} 8',
    'http_server_request_duration_seconds_bucket{le="0.05",http_request_method="_OTHER",http_response_status_code="405"} 0',
    'http_server_request_duration_seconds_bucket{le="0.1",http_request_method="_OTHER",http_response_status_code="405"} 1',
    'http_server_request_duration_seconds_sum{http_request_method="_OTHER",http_response_status_code="405"} 0.1',
    'http_server_active_requests 1',
    `archeio_presence_checks_total{store="${store}",result="present"} 1`,
    `archeio_presence_checks_total{store="${store}",result="tls"} 1`,
    `archeio_presence_checks_total{store="${store}",result="nothing"} 1`,
    `archeio_presence_check_duration_seconds_bucket{le="10",store="${store}"} 2`,
    `archeio_presence_check_duration_seconds_bucket{le="+Inf",store="${store}"} 3`,
    `archeio_presence_check_duration_seconds_count{store="${store}"} 3`,
    `archeio_presence_inventory_absent_total{store="${store}"} 4`,
    'archeio_presence_entries 12',
    'archeio_presence_shared_checks_total{outcome="found"} 1',
    'archeio_presence_shared_errors_total{reason="timeout"} 1',
    'archeio_presence_shared_duration_seconds_bucket{le="0.00025"} 0',
    'archeio_presence_shared_duration_seconds_bucket{le="0.0005"} 1',
    'archeio_presence_shared_processes{state="connected"} 1',
    'archeio_presence_shared_processes{state="disconnected"} 0',
    `archeio_backend_up{backend="${store}"} 0`,
    'archeio_backend_up{backend="upstream"} 1',
    `archeio_breaker_open{store="${store}"} 1`,
    `archeio_store_blobs_only_upstream{store="${store}"} 3`,
    `archeio_inventory_timestamp_seconds{store="${store}"} 1700000000.5`,
    `archeio_inventory_used{store="${store}"} 1`,
    'archeio_inventory_used{store="new"} 0',
    'archeio_ranges_prefixes{cloud="AWS",family="ipv6"} 2',
    'archeio_ranges_timestamp_seconds{cloud="AWS"} 1782864000',
    'archeio_ranges_timestamp_seconds{cloud="Azure"} 0',
    'archeio_ranges_used{cloud="AWS"} 1',
    'archeio_ranges_used{cloud="Azure"} 0',
    'archeio_shadow_total{outcome="same"} 5',
    'archeio_config_last_reload_successful 0',
    'archeio_config_last_reload_success_timestamp_seconds 1700000000',
    'archeio_workers{state="answering"} 2',
    'archeio_workers{state="silent"} 1',
    'archeio_workers{state="missing"} 1',
    'archeio_worker_ends_total{reason="crashed"} 5',
    'archeio_worker_ends_total{reason="silent"} 6',
    'archeio_worker_messages_dropped_total{sender="supervisor"} 7',
    'archeio_worker_messages_dropped_total{sender="worker"} 8',
    'archeio_build_info{version="1.0.0",revision="abc",runtime="node 26.0.0"} 1',
  ])
    assert.ok(text.split('\n').includes(line), `${line}\n\n${text}`);
});

test('no label has a value from a request', () => {
  const forbidden = /name|digest|path|agent|address|ip|reference|tag/;
  for (const [name, { labels }] of Object.entries(FAMILIES))
    for (const label of labels) assert.doesNotMatch(label, forbidden, name);
});

test('a metric label never takes a value from a request, whatever the request', async () => {
  const { handler, metrics, checker } = assembled();
  checker.answers.set('https://', PRESENT);
  for (const [target, method] of [
    [blob(7), 'GET'],
    ['/v2/evil-name/manifests/evil-tag', 'GET'],
    ['/evil-path', 'EVIL-METHOD'],
  ])
    await handler.decide(incoming(target, '203.0.113.77', method));
  const text = await renderMetrics(metrics.snapshot(0));
  assert.match(text, /archeio_decisions_total\{rule="R9",kind="manifest"/);
  for (const secret of ['evil', 'EVIL', digest(7), '203.0.113.77'])
    assert.ok(!text.includes(secret), secret);
});

suite('promtool check metrics', { skip: unavailable(['promtool']) }, () => {
  const check = (text: string): void => {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: text,
      timeout: 60_000,
      encoding: 'utf8',
    });
    assert.equal(status, 0, `${stdout}${stderr}`);
    assert.equal(stderr, '');
  };

  test('accepts the output', async () => {
    check(`${await renderMetrics(await everything())}${await new RuntimeMetrics().text()}`);
  });

  test('accepts the output on Bun, with the metrics of its runtime', () => {
    const { stdout, stderr } = spawnSync(
      'node_modules/.bin/bun',
      [
        '-e',
        `import { MONOTONIC_CLOCK } from './packages/presence/src/index.ts';
         import { renderMetrics } from './apps/archeio/src/metrics/render-metrics.ts';
         import { RuntimeMetrics } from './apps/archeio/src/metrics/runtime-metrics.ts';
         import { WorkerMetrics } from './apps/archeio/src/metrics/worker-metrics.ts';
         const metrics = new WorkerMetrics(MONOTONIC_CLOCK);
         metrics.requests.end('GET', 307, metrics.requests.begin());
         console.log(await renderMetrics(metrics.snapshot(3)) + await new RuntimeMetrics().text());
         process.exit(0);`,
      ],
      { timeout: 60_000, encoding: 'utf8', cwd: new URL('../../../..', import.meta.url).pathname },
    );
    assert.match(stdout, /^process_resident_memory_bytes [1-9]\d+$/m, stderr);
    assert.match(stdout, /^archeio_presence_entries 3$/m);
    check(stdout);
  });
});
