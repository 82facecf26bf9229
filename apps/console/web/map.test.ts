import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { locatedRegions } from '@archeio/clouds';
import { filterRows } from './filter.js';
import { LAND } from './land.js';
import { layout } from './map-layout.js';
import { flowRows, pictureOf } from './map-nodes.js';
import { ASPECT, landPath, project } from './projection.js';

interface Node {
  readonly key: string;
  readonly label: string;
  readonly value: number;
  readonly x: number;
  readonly y: number;
}

const PLACES = new Map(locatedRegions().map((each) => [`${each.cloud} ${each.region}`, each]));
const backend = (name: string, region: string | null, more: object = {}) => ({
  name,
  kind: 'store',
  state: 'up',
  cloud: region === null ? null : 'AWS',
  region,
  ...more,
});
const PARIS = backend('paris', 'eu-west-3');
const OTHER = backend('paris-2', 'eu-west-3', { state: 'down' });
const CDN = backend('cdn', null);
const UP = backend('registry', null, { kind: 'upstream' });
const STATUS = { backends: [PARIS, OTHER, CDN, UP] };
const flow = (cloud: string, region: string, to: string, requests: number, bytes = 0) => ({
  cloud,
  region,
  backend: to,
  requests,
  bytes,
});
const FLOWS = [
  flow('AWS', 'eu-west-3', 'paris', 60, 600),
  flow('GCP', 'europe-west9', 'paris', 20, 900),
  flow('AWS', 'us-east-1', 'cdn', 30, 300),
  flow('office', 'lab', 'cdn', 5, 50),
  flow('', '', 'registry', 10),
  flow('', '', 'gone', 1, 10),
];

test('rows tell what is known of a backend, also of one that is no longer configured', () => {
  const rows = flowRows(FLOWS, STATUS);
  const told = rows.map(({ client, backend: to, kind, state, bytes }: Record<string, unknown>) =>
    [client, to, kind, state, bytes].join(),
  );
  assert.deepEqual(told, [
    'AWS eu-west-3,paris,store,up,600',
    'GCP europe-west9,paris,store,up,900',
    'AWS us-east-1,cdn,store,up,300',
    'office lab,cdn,store,up,50',
    'unknown network,registry,upstream,up,',
    'unknown network,gone,removed,removed,10',
  ]);
});

test('no bytes of a backend are 0 only if it has sent nothing of unknown size', () => {
  for (const [kind, unknownSizes, expected] of [
    ['store', 0, 0],
    ['store', 3, null],
    ['upstream', 0, null],
    ['upstream', 3, null],
  ] as const) {
    const status = { backends: [backend('a', null, { kind, unknownSizes })] };
    const [none, some] = flowRows([flow('', '', 'a', 5), flow('', '', 'a', 5, 7)], status);
    assert.deepEqual([none.bytes, some.bytes], [expected, 7], `${kind} ${unknownSizes}`);
  }
  assert.equal(flowRows([flow('', '', 'gone', 5)], STATUS)[0].bytes, null);
});

test('the filter finds flows by the cloud of the client or of the backend', () => {
  const rows = flowRows(FLOWS, STATUS);
  const found = (text: string) =>
    filterRows(rows, text).map(({ requests }: { requests: number }) => requests);
  assert.deepEqual(found('cloud:aws'), [60, 20, 30]);
  assert.deepEqual(found('cloud:GCP region:europe'), [20]);
  assert.deepEqual(found('cloud:unknown'), [10, 1]);
  assert.deepEqual(found('client:eu-west-3'), [60]);
  assert.deepEqual(found('client:unknown'), [10, 1]);
  assert.deepEqual(found('backend:cdn lab'), [5]);
  assert.deepEqual(found('state:removed'), [1]);
});

test('backends at the same place are one node; what has no place is in a lane', () => {
  const picture = pictureOf(flowRows(FLOWS, STATUS), STATUS.backends, PLACES, 'requests');
  const labels = (nodes: Node[]) => nodes.map(({ label, value }) => `${label} ${value}`);
  assert.deepEqual(labels(picture.clients), ['eu-west-3 60', 'us-east-1 30', 'europe-west9 20']);
  assert.deepEqual(labels(picture.backends), ['2 backends 80']);
  assert.match(picture.backends[0].title, /^2 backends: paris-2 down$/);
  assert.deepEqual(labels(picture.clientLane), ['unknown network 11', 'office lab 5']);
  assert.deepEqual(labels(picture.backendLane), ['cdn 35', 'registry 10', 'gone 1']);
  const byBytes = pictureOf(flowRows(FLOWS, STATUS), STATUS.backends, PLACES, 'bytes');
  assert.deepEqual(labels(byBytes.clients)[0], 'europe-west9 900');
  assert.equal(byBytes.flows.at(-1).bytes, null);
});

test('of many in a lane, the others are one entry, those that are down first', () => {
  const backends = Array.from({ length: 1000 }, (_, index) =>
    backend(`s${index}`, `nowhere-${index}`, { state: index === 900 ? 'down' : 'up' }),
  );
  const flows = backends.map(({ name }, index) => flow('net', `r${index}`, name, index + 1, 1));
  const picture = pictureOf(flowRows(flows, { backends }), backends, PLACES, 'requests');
  assert.equal(picture.backendLane.length, 8);
  assert.equal(picture.backendLane[0].label, 's900');
  assert.equal(picture.backendLane.at(-1).label, '993 more');
  assert.equal(picture.clientLane.length, 8);
  const sum = (nodes: Node[]) => nodes.reduce((total, { value }) => total + value, 0);
  for (const nodes of [picture.backendLane, picture.clientLane, picture.flows])
    assert.equal(sum(nodes), 500_500);
});

test('every flow begins and ends at a node, and no traffic is lost, whatever there is', () => {
  const names = ['paris', 'paris-2', 'cdn', 'registry', 'gone'];
  const regions = [...PLACES.values()].map(({ cloud, region }) => [cloud, region] as const);
  const flows = fc.uniqueArray(
    fc.record({
      place: fc.constantFrom(...regions, ['', ''], ['office', 'lab'], ['AWS', 'GLOBAL']),
      to: fc.constantFrom(...names),
      requests: fc.nat(1000),
    }),
    { selector: ({ place, to }) => [...place, to].join(), maxLength: 40 },
  );
  fc.assert(
    fc.property(flows, fc.integer({ min: 60, max: 2000 }), (all, width) => {
      const given = all.map(({ place: [cloud, region], to, requests }) =>
        flow(cloud, region, to, requests),
      );
      const picture = pictureOf(flowRows(given, STATUS), STATUS.backends, PLACES, 'requests');
      const total = given.reduce((sum, { requests }) => sum + requests, 0);
      const shown = picture.flows.reduce((sum: number, { value }: Node) => sum + value, 0);
      assert.equal(shown, total);
      const laid = layout(picture, width);
      const nodes: Node[] = [
        ...laid.clients,
        ...laid.backends,
        ...laid.clientLane,
        ...laid.backendLane,
      ];
      for (const { x, y } of nodes)
        assert.ok(x >= -1 && x <= width + 1 && y >= 0 && y <= laid.height, `${x} ${y}`);
      assert.equal(new Set(nodes.map(({ key }) => key)).size, nodes.length);
      for (const { path } of laid.flows) assert.match(path, /^M[-\d. ]+Q[-\d. ]+$/);
    }),
    { numRuns: 50 },
  );
});

test('the projection keeps west left, north up, and land within reach of its city', () => {
  const area = { left: 10, top: 5, width: 1000 };
  const [west] = project(-170, 0, area);
  const [east, bottom] = project(180, -57, area);
  assert.deepEqual([Math.round(west), Math.round(east)], [10, 1010]);
  assert.ok(Math.abs(bottom - 5 - 1000 * ASPECT) < 0.01);
  const [london, paris, sydney] = ['eu-west-2', 'eu-west-3', 'ap-southeast-2'].map((region) => {
    const { longitude, latitude } = PLACES.get(`AWS ${region}`)!;
    return project(longitude, latitude, area);
  });
  assert.ok(london[0] < paris[0] && london[1] < paris[1] && sydney[1] > paris[1]);
  const path = landPath(LAND, area);
  const points = [...path.matchAll(/[ML]([-\d.]+) ([-\d.]+)/g)].map(([, x, y]) => [+x, +y]);
  for (const { cloud, region, longitude, latitude } of PLACES.values()) {
    const [x, y] = project(longitude, latitude, area);
    const distances = points.map(([left, top]) => Math.hypot(left - x, top - y));
    assert.ok(Math.min(...distances) < 60, `${cloud} ${region}`);
  }
});

test('what is down is named, however crowded it is', () => {
  const regions = [...PLACES.values()].filter(({ cloud }) => cloud === 'AWS');
  const backends = regions.map(({ region }, index) =>
    backend(region, region, { state: region === 'eu-west-3' ? 'down' : 'up', index }),
  );
  const flows = regions.map(({ region }) => flow('AWS', region, region, 10));
  const picture = pictureOf(flowRows(flows, { backends }), backends, PLACES, 'requests');
  for (const width of [390, 1232]) {
    const { labels } = layout(picture, width);
    assert.equal(labels[0].text, 'eu-west-3');
    assert.ok(labels.length < regions.length);
  }
});
