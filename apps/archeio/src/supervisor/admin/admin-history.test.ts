import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { administered, counting } from './testing/administered.ts';

const LIMIT = { timeout: 30_000 };
const START = 1_700_000_100_000;

/** An admin listener on a clock that a test moves. */
async function listening() {
  let elapsed = (): number => 0;
  const rig = administered(new Map(), undefined, () => START + elapsed());
  elapsed = () => rig.clock.now();
  await rig.apply('a');
  const port = await rig.admin.listen('127.0.0.1', 0);
  return {
    ...rig,
    port,
    read: async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      return { status: response.status, body: JSON.parse(await response.text()) };
    },
    /** Passes time, and lets the work in pieces end. */
    pass: async (milliseconds: number): Promise<void> => {
      await rig.clock.advance(milliseconds);
      for (let turn = 0; turn < 20; turn++) await nextTurn();
    },
    stop: async (): Promise<void> => {
      await rig.admin.stop(1000);
      rig.supervisor.close();
    },
  };
}

test(
  'the history has what workers counted, also those that have ended, and never less',
  LIMIT,
  async () => {
    const { join, supervisor, admin, clock, read, pass, stop } = await listening();
    const [one, two] = [counting(11), counting(12)];
    await join(one.worker);
    await join(two.worker);
    one.count(3);
    two.count(4);
    await pass(10_000);
    one.count(1);
    await pass(2000);
    supervisor.leave(one.worker);
    admin.left(one.worker);
    await pass(8000);
    const { body } = await read('/api/history');
    assert.deepEqual(
      [body.schema, body.stepMs, body.untilMs, body.steps, body.requests, body.errors],
      [1, 10_000, START + 20_000, 2, [7, 1], [0, 0]],
    );
    assert.deepEqual(
      body.backends.map(({ name, kind, decisions }: Record<string, unknown>) => [
        name,
        kind,
        decisions,
      ]),
      [
        ['a', 'store', []],
        ['upstream', 'upstream', []],
      ],
    );
    // A process that ends and is replaced, then a frozen time.
    const three = counting(13);
    await join(three.worker);
    three.count(2);
    await pass(10_000);
    await clock.thawAfter(30_000);
    await pass(10_000);
    assert.deepEqual((await read('/api/history?range=hour')).body.requests.slice(0, 3), [7, 1, 2]);
    assert.ok((await read('/api/history')).body.requests.includes(null));
    const day = await read('/api/history?range=day');
    assert.deepEqual([day.body.stepMs, day.body.steps], [300_000, 0]);
    assert.deepEqual(await read('/api/history?range=week'), {
      status: 400,
      body: { error: 'cannot read range "week": expected hour or day' },
    });
    await stop();
    assert.equal(clock.timers, 0);
  },
);

test('a stream gets each step with its changes, and the status', LIMIT, async () => {
  const { join, changes, clock, port, read, pass, stop } = await listening();
  const { worker, metrics, count } = counting(11);
  await join(worker);
  changes.add({ kind: 'start', text: 'started' });
  const request = get({ host: '127.0.0.1', port, path: '/api/events' });
  const [response]: IncomingMessage[] = await once(request, 'response');
  const events: { name: string; data: Record<string, unknown> }[] = [];
  let name = '';
  createInterface({ input: response }).on('line', (line) => {
    if (line.startsWith('event: ')) name = line.slice(7);
    if (line.startsWith('data: ')) events.push({ name, data: JSON.parse(line.slice(6)) });
  });
  const named = (wanted: string) => events.filter((each) => each.name === wanted);
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await nextTurn();
  };
  count(5);
  const { decisions } = metrics;
  decisions.add(decisions.slot(['R11', 'blob', 'a', 'AWS', 'eu-west-3']), 5);
  await pass(10_000);
  await until(() => named('step').length === 1);
  const [{ data }] = named('step');
  assert.deepEqual(
    [data['steps'], data['untilMs'], data['requests'], data['blobs'], data['flows']],
    [
      1,
      START + 10_000,
      [5],
      { stores: [5], upstreams: [0] },
      [{ cloud: 'AWS', region: 'eu-west-3', backend: 'a', requests: 5, blobs: 5, bytes: 0 }],
    ],
  );
  assert.deepEqual(data['changes'], [{ atMs: START, kind: 'start', text: 'started' }]);
  await pass(10_000);
  await until(() => named('step').length === 2);
  assert.deepEqual(named('step')[1].data['changes'], []);
  const flows = [
    { cloud: 'AWS', region: 'eu-west-3', backend: 'a', requests: 5, blobs: 5, bytes: 0 },
  ];
  assert.deepEqual((await read('/api/flows')).body, {
    schema: 1,
    stepMs: 10_000,
    untilMs: START + 20_000,
    steps: 2,
    flows,
  });
  assert.equal((await read('/api/flows?range=week')).status, 400);
  const status = named('status').at(-1)?.data;
  assert.ok(named('status').length > 1);
  assert.deepEqual(status?.['totals'], {
    decisions: { R11: 5 },
    backends: { a: 5 },
    clientAddressErrors: {},
    ownFailures: 0,
  });
  const ended = once(response, 'end');
  await stop();
  await ended;
  assert.equal(clock.timers, 0);
});
