import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { atOnce } from '@archeio/redirect';
import { HISTORY_RANGES } from '../../ipc/history.ts';
import { HistoryRing, MOST_BACKENDS } from './history-ring.ts';
import { flowKey, noCounts, type StepCounts } from './step-counts.ts';
import { MOST_FLOWS } from './flow-steps.ts';

const STEP = 10;

/** A step in which each backend got one blob and each flow one request. */
function counted(backends: readonly string[], flows: readonly string[] = []): StepCounts {
  const counts = noCounts();
  counts.requests = backends.length;
  for (const name of backends)
    counts.backends.set(name, {
      decisions: 1,
      blobs: 1,
      bytes: 2,
      usd: 3,
      upstreamUsd: 4,
      unknownSizes: 5,
    });
  for (const [at, region] of flows.entries())
    counts.flows.set(flowKey('AWS', region, 'a'), {
      cloud: 'AWS',
      region,
      backend: 'a',
      requests: at + 1,
      blobs: 1,
      bytes: 1,
    });
  return counts;
}

const store = (name: string) => ({ name, kind: 'store', isCompared: true }) as const;

function ringOf(steps: number) {
  const ring = new HistoryRing({ stepMs: STEP, steps });
  return {
    ring,
    take: (endMs: number, counts?: StepCounts) => ring.take(endMs, counts, store),
    read: (served: readonly string[] = []) => atOnce(ring.read(served.map(store))),
  };
}

describe('history ring', () => {
  test('before the first step, it has none', () => {
    const { ring, read } = ringOf(3);
    const { steps, untilMs, requests, backends } = read(['a']);
    assert.deepEqual([steps, untilMs, requests, ring.untilMs], [0, 0, [], 0]);
    const values = { decisions: [], bytes: [], usd: [], upstreamUsd: [], unknownSizes: [] };
    assert.deepEqual(backends, [{ name: 'a', kind: 'store', ...values }]);
  });

  test('old steps go, and a backend that was removed with its last traffic', () => {
    const { take, read } = ringOf(3);
    take(10, counted(['gone']));
    for (const endMs of [20, 30]) take(endMs, counted(['a']));
    assert.deepEqual(
      read(['a']).backends.map(({ name, decisions }) => [name, decisions]),
      [
        ['a', [0, 1, 1]],
        ['gone', [1, 0, 0]],
      ],
    );
    take(40, counted(['a']));
    take(50, counted(['a']));
    const { backends, requests, untilMs } = read(['a', 'new']);
    assert.deepEqual([requests, untilMs], [[1, 1, 1], 50]);
    assert.deepEqual(
      backends.map(({ name, decisions }) => [name, decisions]),
      [
        ['a', [1, 1, 1]],
        ['new', []],
      ],
    );
  });

  test('dollars of the upstream are null while there is nothing to compare with', () => {
    const ring = new HistoryRing({ stepMs: STEP, steps: 3 });
    const alone = { name: 'a', kind: 'store', isCompared: false } as const;
    ring.take(10, counted(['a']), () => alone);
    const [first] = atOnce(ring.read([alone])).backends;
    assert.deepEqual([first.usd, first.upstreamUsd, first.unknownSizes], [[3], null, [5]]);
    ring.take(20, counted(['a']), store);
    const [removed] = atOnce(ring.read([])).backends;
    assert.deepEqual(
      [removed.upstreamUsd, removed.unknownSizes],
      [
        [4, 4],
        [5, 5],
      ],
    );
  });

  test('percentiles and checks come from the buckets', () => {
    const { take, read } = ringOf(3);
    const counts = noCounts();
    counts.decisionSeconds[0] = 100;
    counts.checkSeconds[1] = 4;
    take(10, counts);
    take(20, noCounts());
    const { decisionSeconds, checks } = read();
    assert.deepEqual(decisionSeconds, { p50: [0.0000025, null], p99: [0.00000495, null] });
    assert.deepEqual(checks, { count: [4, 0], p99Seconds: [0.002485, null] });
  });

  test('missed steps are gaps, however many', () => {
    const { take, read } = ringOf(3);
    take(10, counted(['a']));
    take(30, undefined);
    assert.deepEqual(read().requests, [1, null, null]);
    assert.deepEqual(read().backends[0].decisions, [1, null, null]);
    take(1_000_000, counted(['a']));
    assert.deepEqual(read().requests, [null, null, 1]);
  });

  test('if the clock is set back, the steps after the new time are dropped', () => {
    const { take, read } = ringOf(3);
    for (const endMs of [110, 120, 130, 140]) take(endMs, counted(['a'], ['r']));
    take(130, undefined);
    assert.deepEqual([read().requests, read().untilMs], [[1, 1, null], 130]);
    assert.deepEqual(read().flows, [
      { cloud: 'AWS', region: 'r', backend: 'a', requests: 2, blobs: 2, bytes: 2 },
    ]);
    take(140, counted(['a', 'b']));
    assert.deepEqual(read().requests, [1, null, 2]);
    // Before the first step.
    take(60, counted(['a']));
    assert.deepEqual([read().requests, read().untilMs], [[1], 60]);
  });

  test('a step that is not complete is not read, and continues', () => {
    const { take, read } = ringOf(3);
    take(13, counted(['a'], ['r']));
    take(16, counted(['a'], ['r']));
    assert.deepEqual([read().requests, read().flows], [[], []]);
    take(20, counted(['a']));
    assert.deepEqual(read().requests, [3]);
    take(27, counted(['a'], ['r']));
    take(33, counted(['a']));
    assert.deepEqual(read().requests, [3, 1], 'a step that was left before its end');
    assert.deepEqual(
      read().flows.map(({ requests }) => requests),
      [3],
    );
  });

  test('backends and flows are bounded; more only count in the sums', () => {
    const { take, read } = ringOf(3);
    const names = Array.from({ length: MOST_BACKENDS + 10 }, (_, at) => `b${at}`);
    take(10, counted(names, names));
    const { blobs, backends, flows } = read();
    assert.deepEqual(blobs.stores, [names.length]);
    assert.equal(backends.length, MOST_BACKENDS);
    assert.equal(flows.length, MOST_FLOWS);
    assert.equal(flows[0].requests, names.length, 'those with the most requests are kept');
    take(20, noCounts());
    take(30, noCounts());
    take(40, counted([], ['r']));
    assert.deepEqual(
      read().flows.map(({ region }) => region),
      ['r'],
    );
  });

  test('counts of a backend that is not known are in no backend', () => {
    const ring = new HistoryRing({ stepMs: STEP, steps: 3 });
    ring.take(10, counted(['?']), () => undefined);
    const { requests, blobs, backends } = atOnce(ring.read([]));
    assert.deepEqual([requests, blobs, backends], [[1], { stores: [0], upstreams: [0] }, []]);
  });

  test('1,000 backends and 1,000 flows in every step of both ranges take less than 48 MB', () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const used = (): number => {
      // The first one frees the views, the second one what they show.
      for (const _ of [1, 2]) collect();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const names = Array.from({ length: 1000 }, (_, at) => `store-${at}`);
    const before = used();
    const rings = Object.values(HISTORY_RANGES).map((range) => new HistoryRing(range));
    for (const ring of rings)
      for (let step = 1; step <= 400; step++)
        ring.take(step * ring.stepMs, counted(names, names), store);
    const megabytes = (used() - before) / 1e6;
    assert.ok(megabytes < 48, `${megabytes} MB`);
    assert.ok(megabytes > 16, `${megabytes} MB: this measures nothing`);
    // A day of changing backends and flows takes no more.
    for (const ring of rings)
      for (let step = 401; step <= 1200; step++)
        ring.take(step * ring.stepMs, counted([`new-${step}`], [`new-${step}`]), store);
    const later = (used() - before) / 1e6;
    assert.ok(later < megabytes, `${later} MB, before ${megabytes} MB`);
    assert.ok(rings.every(({ untilMs, stepMs }) => untilMs === 1200 * stepMs));
  });
});
