import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sentenceOf } from './sentence.js';
import { takersOf } from './takers.js';

const flow = (region: string, backend: string, requests: number) => ({
  cloud: 'AWS',
  region,
  backend,
  requests,
  bytes: 0,
});
const PARIS = {
  name: 'paris',
  kind: 'store',
  state: 'down',
  cloud: 'AWS',
  region: 'eu-west-3',
  since: new Date(0).toISOString(),
  why: 'canary-failed',
};

test('where the clients of a store that is down go: those of its regions, by the last minute', () => {
  const flows = [flow('eu-west-3', 'paris', 90), flow('us-east-1', 'paris', 1)];
  const history = {
    flows: [...flows, flow('eu-west-3', 'registry', 10), flow('us-east-1', 'virginia', 99)],
    recentFlows: [
      [flow('eu-west-3', 'frankfurt', 8), flow('us-east-1', 'virginia', 50)],
      [flow('eu-west-3', 'frankfurt', 1), flow('eu-west-3', 'registry', 1)],
    ],
  };
  assert.deepEqual(takersOf(history, PARIS), {
    regions: ['AWS eu-west-3'],
    backends: [
      { name: 'frankfurt', share: 0.9 },
      { name: 'registry', share: 0.1 },
    ],
  });
  assert.equal(takersOf(history, { ...PARIS, state: 'up' }), undefined);
  assert.equal(takersOf({ ...history, recentFlows: [] }, PARIS), undefined);
  // Down for longer than the flows reach back.
  const later = { ...history, flows: [] };
  assert.equal(takersOf(later, PARIS)?.backends[0].name, 'frankfurt');
  assert.equal(takersOf(later, { ...PARIS, cloud: null, region: null }), undefined);
  const status = {
    backends: [PARIS, { ...PARIS, name: 'frankfurt', state: 'up' }],
    processes: [],
    configuration: { lastReload: null, restartNeeded: [] },
  };
  const told = { ...history, requests: [], stepMs: 10_000 };
  assert.match(sentenceOf(status, told, 60_000).text, /its clients go to frankfurt and registry\./);
});
