import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackendHealth } from '@archeio/backend-health';
import { ManualClock } from '@archeio/presence/testing';
import { mergeSnapshots } from '../../metrics/metrics-snapshot.ts';
import { SharedPresenceCounts } from '../../metrics/shared-presence-counts.ts';
import { WorkerMetrics } from '../../metrics/worker-metrics.ts';
import { statusOf } from './status.ts';

const PARIS = { name: 'paris', kind: 'store', url: 'https://paris.example/' } as const;
const UPSTREAM = { name: 'upstream', kind: 'upstream', url: 'https://upstream.example' } as const;
const OPTIONS = {
  breaker: { failures: 2, openFor: 30_000 },
  canary: { failures: 3, passes: 2 },
} as const;

test('a status combines the state of all parts', () => {
  const metrics = new WorkerMetrics(new ManualClock());
  metrics.presenceCheck('paris', 'present', 1);
  metrics.presenceCheck('paris', 'present', 1);
  metrics.presenceCheck('paris', 'timeout', 1);
  metrics.ownFailure();
  const { blobBytes, egressUsd, upstreamUsd, unknownSizes } = metrics;
  for (const [region, bytes] of [
    ['eu-west-3', 5],
    ['us-east-1', 7],
  ] as const)
    blobBytes.add(blobBytes.slot(['paris', 'AWS', region]), bytes);
  egressUsd.add(egressUsd.slot(['paris', 'AWS']), 0.25);
  egressUsd.add(egressUsd.slot(['paris', '']), 0.5);
  upstreamUsd.add(upstreamUsd.slot(['paris', 'AWS']), 2);
  unknownSizes.add(unknownSizes.slot(['upstream', '']), 3);
  const health = new BackendHealth(2, OPTIONS);
  // The clock used for health began 1000 ms after 1970.
  health.probed(0, 'pass', 1000);
  health.observe(0, 'failure', 'a', 3000);
  health.observe(0, 'failure', 'b', 3500);
  const ranges = [
    {
      cloud: 'AWS',
      date: null,
      version: '1',
      ipv4Prefixes: 2,
      ipv6Prefixes: 1,
      used: true,
      lastAttempt: null,
      lastError: null,
      lastChange: null,
    },
  ] as const;
  const status = statusOf({
    version: '1.2.3',
    revision: 'abc',
    runtime: 'bun 1.4.5',
    pid: 7,
    now: 90_999,
    startedAt: 1000,
    configuration: {
      location: '/etc/archeio.yaml',
      generation: 2,
      loadedAt: 2000,
      lastReload: {
        at: 3000,
        successful: false,
        problems: [
          {
            file: 'a.yaml',
            line: 3,
            column: 5,
            key: 'stores',
            message: 'wrong',
            severity: 'error',
          },
        ],
      },
      restartNeeded: ['listen'],
    },
    processes: [{ pid: 8, since: 1500, answering: true, requests: 4 }],
    backends: [
      { ...PARIS, location: { cloud: 'AWS', region: 'eu-west-3' }, price: 0.5 },
      { ...UPSTREAM, price: 1 },
    ].map((backend, index) => ({
      backend,
      health: health.describe(index, 89_999),
      seen: index === 0 ? { saw: 'status 200', tookMs: 25 } : undefined,
    })),
    clockNow: 89_999,
    ranges,
    presence: [
      { entries: 3, evictions: 1, inFlight: { paris: 2 } },
      { entries: 4, evictions: 0, inFlight: { paris: 1, cdn: 5 } },
    ],
    metrics: metrics.snapshot(0),
  });
  assert.deepEqual(status, {
    version: '1.2.3',
    revision: 'abc',
    runtime: 'bun 1.4.5',
    pid: 7,
    startedAt: '1970-01-01T00:00:01.000Z',
    uptimeSeconds: 89,
    configuration: {
      location: '/etc/archeio.yaml',
      generation: 2,
      loadedAt: '1970-01-01T00:00:02.000Z',
      lastReload: {
        at: '1970-01-01T00:00:03.000Z',
        successful: false,
        problems: ['a.yaml:3:5: stores: wrong'],
      },
      restartNeeded: ['listen'],
    },
    processes: [{ pid: 8, since: '1970-01-01T00:00:01.500Z', answering: true, requests: 4 }],
    backends: [
      {
        ...PARIS,
        bytes: 12,
        usd: 0.75,
        upstreamUsd: 2,
        unknownSizes: 0,
        cloud: 'AWS',
        region: 'eu-west-3',
        state: 'trial',
        since: '1970-01-01T00:00:04.500Z',
        why: 'checks-failed',
        ejected: false,
        breaker: 'trial',
        failedCanaries: 0,
        failedChecks: 0,
        lastProbe: {
          outcome: 'pass',
          at: '1970-01-01T00:00:02.000Z',
          saw: 'status 200',
          seconds: 0.025,
        },
        lastPass: '1970-01-01T00:00:02.000Z',
        history: [{ at: '1970-01-01T00:00:04.500Z', state: 'down', why: 'checks-failed' }],
        presenceChecks: { present: 2, timeout: 1 },
        blobsOnlyUpstream: null,
        inventory: null,
      },
      {
        ...UPSTREAM,
        bytes: 0,
        usd: 0,
        upstreamUsd: 0,
        unknownSizes: 3,
        cloud: null,
        region: null,
        state: 'up',
        since: null,
        why: 'start',
        ejected: false,
        breaker: 'closed',
        failedCanaries: 0,
        failedChecks: 0,
        lastProbe: null,
        lastPass: null,
        history: [],
        presenceChecks: {},
        blobsOnlyUpstream: null,
        inventory: null,
      },
    ],
    ranges,
    presence: { entries: 7, evictions: 1, inFlight: { paris: 3, cdn: 5 }, shared: null },
    totals: { decisions: {}, backends: {}, clientAddressErrors: {}, ownFailures: 1 },
  });
});

test('shared presence has the number of connected processes, and what checks and calls led to', () => {
  const counted = (available: boolean) => {
    const counts = new SharedPresenceCounts();
    counts.opened({ available });
    counts.checked('found');
    counts.failed('timeout');
    return counts.snapshot();
  };
  const metrics = mergeSnapshots([counted(true), counted(true), counted(false)]);
  const { presence } = statusOf({
    version: '1.2.3',
    revision: 'abc',
    runtime: 'bun 1.4.5',
    pid: 7,
    now: 2000,
    startedAt: 1000,
    configuration: {
      location: 'file',
      generation: 1,
      loadedAt: 1000,
      lastReload: null,
      restartNeeded: [],
    },
    processes: [],
    backends: [],
    clockNow: 0,
    ranges: [],
    presence: [],
    metrics,
  });
  assert.deepEqual(presence.shared, {
    connected: 2,
    disconnected: 1,
    checks: { found: 3 },
    errors: { timeout: 3 },
  });
});
