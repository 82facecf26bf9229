import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@archeio/presence/testing';
import { WorkerMetrics } from '../metrics/worker-metrics.ts';
import { statusOf } from './status.ts';

test('a status is put together from what each part says', () => {
  const metrics = new WorkerMetrics(new ManualClock());
  metrics.presenceCheck('paris', 'present', 1);
  metrics.presenceCheck('paris', 'present', 1);
  metrics.presenceCheck('paris', 'timeout', 1);
  metrics.ownFailure();
  const ranges = [
    { cloud: 'AWS', date: null, version: '1', ipv4Prefixes: 2, ipv6Prefixes: 1 },
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
      lastReload: { at: 3000, successful: false, problems: ['stores: wrong'] },
    },
    processes: [{ pid: 8, since: 1500, requests: 4 }],
    backends: [
      {
        name: 'paris',
        kind: 'store',
        url: 'https://paris.example/',
        state: 'down',
        since: 4000,
        why: '5 checks failed',
        lastProbe: { at: 5000, passed: false, saw: 'status 503' },
      },
      {
        name: 'upstream',
        kind: 'upstream',
        url: 'https://upstream.example',
        state: 'up',
        since: null,
        why: null,
        lastProbe: null,
      },
    ],
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
        problems: ['stores: wrong'],
      },
    },
    processes: [{ pid: 8, since: '1970-01-01T00:00:01.500Z', requests: 4 }],
    backends: [
      {
        name: 'paris',
        kind: 'store',
        url: 'https://paris.example/',
        state: 'down',
        since: '1970-01-01T00:00:04.000Z',
        why: '5 checks failed',
        lastProbe: { at: '1970-01-01T00:00:05.000Z', passed: false, saw: 'status 503' },
        presenceChecks: { present: 2, timeout: 1 },
      },
      {
        name: 'upstream',
        kind: 'upstream',
        url: 'https://upstream.example',
        state: 'up',
        since: null,
        why: null,
        lastProbe: null,
        presenceChecks: {},
      },
    ],
    ranges,
    presence: { entries: 7, evictions: 1, inFlight: { paris: 3, cdn: 5 } },
    totals: { decisions: {}, backends: {}, clientAddressErrors: {}, ownFailures: 1 },
  });
});
