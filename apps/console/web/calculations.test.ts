import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filterRows, sortRows } from './filter.js';
import {
  formatAgo,
  formatBytes,
  formatCount,
  formatDuration,
  formatRate,
  formatSeconds,
  formatShare,
  formatUsd,
} from './format.js';
import {
  append,
  beginHistory,
  hourly,
  latest,
  perSecond,
  stepBetween,
  storeShare,
} from './history.js';
import { moneyOf, trafficOf } from './money.js';
import { remarksOn, sentenceOf } from './sentence.js';
import { takersOf } from './takers.js';

test('numbers have units and at most three digits that matter', () => {
  assert.deepEqual([0, 1240.4, null].map(formatCount), ['0', '1,240', '–']);
  assert.deepEqual([0, 0.254, 1.26, 1240.4, undefined].map(formatRate), [
    '0',
    '0.25',
    '1.3',
    '1,240',
    '–',
  ]);
  assert.deepEqual([0, 999, 1500, 4.654e12].map(formatBytes), [
    '0 B',
    '999 B',
    '1.5 kB',
    '4.65 TB',
  ]);
  assert.deepEqual([0, 12.5, 1240, 0.00123].map(formatUsd), [
    '$0.00',
    '$12.50',
    '$1,240.00',
    '$0.0012',
  ]);
  assert.deepEqual([0, 0.0123, 0.5, 0.9999, 1].map(formatShare), [
    '0 %',
    '1.2 %',
    '50 %',
    '99.99 %',
    '100 %',
  ]);
  assert.deepEqual([14e-6, 0.0012, 2.5, Number.NaN].map(formatSeconds), [
    '14 µs',
    '1.2 ms',
    '2.5 s',
    '–',
  ]);
  assert.deepEqual([0, 252_000, 3_600_000, 90_061_000].map(formatDuration), [
    '0 s',
    '4 min 12 s',
    '1 h',
    '1 d 1 h',
  ]);
  assert.deepEqual([-9, 4000, 150_000].map(formatAgo), ['just now', 'just now', '2 min ago']);
});

const history = {
  stepMs: 10_000,
  untilMs: 100_000,
  steps: 3,
  requests: [10, null, 30],
  errors: [0, null, 0],
  blobs: { stores: [8, null, 10], upstreams: [2, null, 0] },
  decisionSeconds: { p50: [1, null, 2], p99: [3, null, 4] },
  checks: { count: [0, null, 0], p99Seconds: [null, null, null] },
  backends: [
    {
      name: 'a',
      kind: 'store',
      decisions: [8, null, 10],
      bytes: [100, null, 300],
      usd: [1, null, 1],
    },
    {
      name: 'up',
      kind: 'upstream',
      decisions: [2, null, 0],
      bytes: [20, null, 80],
      usd: [5, null, 5],
    },
    { name: 'idle', kind: 'store', decisions: [], bytes: [], usd: [] },
  ],
  changes: [{ atMs: 1, kind: 'start', text: 'started' }],
};

test('rates leave gaps out', () => {
  assert.equal(perSecond(history, history.requests), 2);
  assert.equal(perSecond(history, history.requests, 2), 3);
  assert.equal(perSecond(history, [null]), null);
  assert.equal(hourly(history, [100, null, 300]), 72_000);
  assert.equal(hourly(history, []), null);
  assert.equal(storeShare(history), 0.9);
  assert.equal(storeShare({ blobs: { stores: [0], upstreams: [0] } }), null);
  assert.deepEqual([latest([1, null]), latest([1, null, null, null])], [1, null]);
});

test('a step is appended once, missed steps are gaps, and backends come and go', () => {
  const step = {
    untilMs: 120_000,
    requests: [5],
    errors: [1],
    backends: [{ name: 'new', kind: 'store', decisions: [4], bytes: [9], usd: [] }],
    changes: [history.changes[0], { atMs: 2, kind: 'reload', text: 'reloaded' }],
  };
  const next = append(history, step);
  assert.deepEqual(next.requests, [10, null, 30, null, 5]);
  assert.equal(next.steps, 5);
  assert.deepEqual(next.blobs.stores, [8, null, 10, null, null]);
  const named = (name: string) =>
    next.backends.find((each: { name: string }) => each.name === name);
  assert.deepEqual(named('new').decisions, [null, null, null, null, 4]);
  assert.deepEqual(named('a').bytes, [100, null, 300, null, null]);
  assert.deepEqual(named('idle').decisions, []);
  assert.equal(next.changes.length, 2);
  assert.equal(append(next, step), next);
  let long = next;
  for (let index = 1; index < 900; index++)
    long = append(long, { ...step, untilMs: 120_000 + index * 10_000 });
  assert.deepEqual([long.requests.length, long.steps, long.changes.length], [360, 360, 2]);
});

test('statuses make a history for a server that keeps none', () => {
  const status = (count: number) => ({
    totals: { decisions: { R8: count }, backends: { a: count } },
    backends: [{ name: 'a', kind: 'store' }],
  });
  const begun = beginHistory(5000, 5000);
  const next = append(begun, stepBetween(status(10), status(30), 10_000, 10_000, 5000));
  assert.deepEqual(next.requests, [null, 10]);
  assert.deepEqual(next.backends[0].decisions, [null, 10]);
  assert.equal(next.isLocal, true);
});

test('without unknown sizes, bytes and dollars are those of stores', () => {
  const untold = { saved: undefined, unknown: undefined };
  assert.deepEqual(moneyOf(history, []), { bytes: 72_000, usd: 360, ...untold });
  const backends = history.backends.map((each) => ({ ...each, usd: [] }));
  assert.deepEqual(moneyOf({ ...history, backends }, backends), {
    bytes: 72_000,
    usd: null,
    ...untold,
  });
  assert.deepEqual(history.backends.slice(0, 2).map(trafficOf), [
    { bytes: history.backends[0].bytes, usd: history.backends[0].usd },
    { bytes: [], usd: [] },
  ]);
});

const status = {
  backends: [
    { name: 'a', kind: 'store', state: 'up', since: null, why: 'start', blobsOnlyUpstream: 0 },
    { name: 'b', kind: 'store', state: 'up', since: null, why: 'start', blobsOnlyUpstream: 0 },
    {
      name: 'up',
      kind: 'upstream',
      state: 'up',
      since: null,
      why: 'start',
      blobsOnlyUpstream: null,
    },
  ],
  processes: [{ answering: true }],
  configuration: { lastReload: null, restartNeeded: [] },
  totals: { ownFailures: 0 },
};

/** The status with these backends down since the start of 1970. */
function without(...names: string[]) {
  return { ...status, backends: downIn(status.backends, ...names) };
}

function downIn<Each extends { name: string }>(backends: Each[], ...names: string[]) {
  const since = new Date(0).toISOString();
  return backends.map((each) =>
    names.includes(each.name) ? { ...each, state: 'down', since, why: 'canary-failed' } : each,
  );
}

test('the first sentence says what is served, and what needs a person', () => {
  const of = (given: object) => sentenceOf(given, history, 252_000);
  assert.deepEqual(of(status), {
    tone: 'calm',
    text: 'Serving 2 requests a second; every backend is healthy.',
  });
  assert.deepEqual(of(without('a')), {
    tone: 'alarm',
    text: 'a has been down for 4 min 12 s (its canaries fail); its clients are sent to other backends. Serving 2 requests a second.',
  });
  assert.match(
    of(without('a', 'b')).text,
    /^a and b are down, the longest for 4 min 12 s; clients are sent to the upstream\./,
  );
  assert.match(of({ ...status, processes: [{ answering: false }] }).text, /^No process answers/);
  assert.match(
    of({ ...status, processes: [{ answering: false }, { answering: true }] }).text,
    /1 of 2 processes do not answer/,
  );
  assert.match(sentenceOf(status, undefined, 0).text, /^Ready, without requests/);
  assert.deepEqual(remarksOn(status), []);
  const lastReload = { successful: false, problems: ['line 3: unknown key'] };
  assert.deepEqual(remarksOn({ ...status, configuration: { lastReload, restartNeeded: [] } }), [
    'The last reload was refused: line 3: unknown key',
  ]);
  assert.equal(of({ ...status, configuration: { lastReload, restartNeeded: [] } }).tone, 'alarm');
  const [store, ...others] = status.backends;
  const unproven = { ...status, backends: [{ ...store, blobsOnlyUpstream: 4 }, ...others] };
  assert.deepEqual(of(unproven), {
    tone: 'alarm',
    text: 'Serving 2 requests a second; no backend is down.',
  });
  assert.match(remarksOn(unproven)[0], /^No blob was ever found in a, but 4 in the upstream/);
});

test('an upstream that is down endangers pulls as far as no other may take over', () => {
  const upstream = (name: string) => ({ ...status.backends[2], name });
  const all = [status.backends[0], upstream('up'), upstream('spare'), upstream('signatures')];
  const ofDown = (names: string[], backends: { name: string; state: string }[]) =>
    /; (.*?)\. Serving/.exec(
      sentenceOf({ ...status, backends: downIn(backends, ...names) }, history, 252_000).text,
    )?.[1];
  const [store, up, , signatures] = all;
  const [fails, fail] = ['it has', 'they have'].map(
    (owner) => `manifests and blobs that only ${owner} may fail`,
  );
  assert.equal(ofDown(['up'], [store, up]), fails);
  assert.equal(ofDown(['up'], [store, up, signatures]), fails);
  assert.equal(ofDown(['up'], all), `${fails}, unless another upstream takes over`);
  assert.equal(ofDown(['up', 'a'], all), `${fail}, unless another upstream takes over`);
  assert.equal(ofDown(['up', 'spare'], all), fail);
  assert.equal(ofDown(['signatures'], all), 'its requests go to the upstream');
  assert.equal(ofDown(['signatures', 'a'], all), 'clients are sent to the upstream');
  assert.equal(
    ofDown(['signatures', 'a'], [...all, status.backends[1]]),
    'their clients are sent to other backends',
  );
});

test('the filter reads keys and parts of names, and empty values sort last', () => {
  const rows = without('b').backends;
  const names = (text: string) => filterRows(rows, text).map(({ name }: { name: string }) => name);
  assert.deepEqual(names(''), ['a', 'b', 'up']);
  assert.deepEqual(names('state:down'), ['b']);
  assert.deepEqual(names(' STATE:up kind:upstream u'), ['up']);
  assert.deepEqual(names('constructor:x'), []);
  const since = ({ since: value }: { since: string | null }) => value;
  for (const descending of [true, false])
    assert.equal(sortRows(rows, since, descending)[0].name, 'b');
});

test('the takers of a store that is down are those of its blobs, not of manifests', () => {
  const flow = (backend: string, requests: number, blobs: number) => ({
    cloud: 'AWS',
    region: 'eu-west-3',
    backend,
    requests,
    blobs,
    bytes: 0,
  });
  const paris = { name: 'paris', kind: 'store', state: 'down', cloud: 'AWS', region: 'eu-west-3' };
  const history = {
    flows: [flow('paris', 50, 50), flow('registry', 50, 0)],
    recentFlows: [[flow('cdn', 9, 9), flow('registry', 12, 1)], [flow('registry', 3, 0)]],
  };
  assert.deepEqual(takersOf(history, paris), {
    regions: ['AWS eu-west-3'],
    backends: [
      { name: 'cdn', share: 0.9 },
      { name: 'registry', share: 0.1 },
    ],
  });
  const registry = { ...paris, name: 'registry', kind: 'upstream' };
  assert.deepEqual(takersOf(history, registry)?.backends, [{ name: 'cdn', share: 1 }]);
  assert.equal(takersOf(history, { ...paris, state: 'up' }), undefined);
  assert.equal(takersOf({}, paris), undefined);
});
