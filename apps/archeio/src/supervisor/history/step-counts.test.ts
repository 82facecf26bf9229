import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atOnce } from '@archeio/redirect';
import { EMPTY_SNAPSHOT, labelKey, type MetricsSnapshot } from '../../metrics/metrics-snapshot.ts';
import { countsBetween, DECISION_BOUNDS, noCounts } from './step-counts.ts';

const DURATION = 'http_server_request_duration_seconds';

function durations(status: string, ...counts: readonly number[]): MetricsSnapshot {
  return {
    values: {},
    histograms: { [DURATION]: { [labelKey(['GET', status])]: { counts, sum: 0 } } },
  };
}

test('errors are answers with 5xx except to health checks, and internal errors, which were answered with the upstream', () => {
  const now: MetricsSnapshot = {
    values: { archeio_own_failures_total: { [labelKey([])]: 2 } },
    histograms: {
      [DURATION]: {
        [labelKey(['GET', '307'])]: { counts: [5], sum: 0 },
        [labelKey(['GET', '500'])]: { counts: [0, 3], sum: 0 },
        [labelKey(['GET', '503'])]: { counts: [0, 4], sum: 0 },
      },
    },
  };
  const { requests, errors, decisionSeconds } = atOnce(countsBetween(EMPTY_SNAPSHOT, now));
  assert.deepEqual([requests, errors], [12, 5]);
  assert.deepEqual(decisionSeconds.slice(0, 3), [5, 7, 0]);
});

test('decisions without a backend are in no flow', () => {
  const now: MetricsSnapshot = {
    values: { archeio_decisions_total: { [labelKey(['R1', 'method', '', '', ''])]: 3 } },
    histograms: {},
  };
  assert.deepEqual(atOnce(countsBetween(EMPTY_SNAPSHOT, now)), noCounts());
});

test('counts that decrease count as unchanged, and buckets that are not known are ignored', () => {
  const many = DECISION_BOUNDS.map(() => 0);
  const { requests, decisionSeconds } = atOnce(
    countsBetween(durations('200', 9, 1), durations('200', 4, 3, ...many)),
  );
  assert.deepEqual([requests, decisionSeconds.slice(0, 2)], [2, [0, 2]]);
  assert.equal(decisionSeconds.length, DECISION_BOUNDS.length + 1);
});

test('a hundred thousand samples are compared in pieces', () => {
  const samples = (value: number) =>
    Object.fromEntries(
      Array.from({ length: 100_000 }, (_, at) => [
        labelKey(['R11', 'blob', `store-${at % 1000}`, 'AWS', `r${Math.floor(at / 1000)}`]),
        value,
      ]),
    );
  const snapshot = (value: number): MetricsSnapshot => ({
    values: { archeio_decisions_total: samples(value) },
    histograms: {},
  });
  const steps = countsBetween(snapshot(1), snapshot(2));
  let pieces = 1;
  let { done, value } = steps.next();
  for (; done !== true; pieces++) ({ done, value } = steps.next());
  assert.equal(pieces, 200);
  assert.equal(value?.backends.size, 1000);
  assert.equal(value.flows.size, 100_000);
});
