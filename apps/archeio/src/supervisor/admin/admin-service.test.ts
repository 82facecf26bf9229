import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settlePromises } from '@archeio/presence/testing';
import { WorkerEnded } from '../supervisor.ts';
import { administered, counting } from './testing/administered.ts';

test('it sums up the reports of workers, including the last report of one that ended', async () => {
  const { admin, apply, join, supervisor, clock } = administered();
  const port = await admin.listen('127.0.0.1', 0);
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: response.status, text: await response.text() };
  };
  const explain = '/api/explain?path=/v2/&ip=203.0.113.7';
  const count = async (): Promise<number> => {
    const { text } = await get('/metrics');
    const lines = text
      .split('\n')
      .filter((line) => line.startsWith('http_server_request_duration_seconds_count'));
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  };
  assert.equal(JSON.parse((await get('/api/status')).text).configuration.generation, 0);
  await apply('a');
  assert.equal((await get(explain)).status, 500);
  const [one, two] = [counting(11), counting(12)];
  await join(one.worker);
  await join(two.worker);
  one.count(3);
  two.count(4);
  assert.equal(await count(), 7);
  const status = JSON.parse((await get('/api/status')).text);
  assert.deepEqual(
    status.processes.map(({ pid, requests }: Record<string, number>) => [pid, requests]),
    [
      [11, 3],
      [12, 4],
    ],
  );
  assert.deepEqual(JSON.parse((await get(explain)).text), 'explained');

  // Only what it counts after its last report is lost.
  two.count(5);
  two.worker.reporting = () => Promise.reject(new WorkerEnded('the worker ended'));
  assert.equal(await count(), 7);
  supervisor.leave(two.worker);
  admin.left(two.worker);
  assert.equal(await count(), 7);
  one.count(1);
  assert.equal(await count(), 8);
  await admin.stop(1000);
  supervisor.close();
  assert.equal(clock.timers, 0);
});

test('workers report regularly, and a silent one is not awaited', async () => {
  const { admin, apply, join, supervisor, clock } = administered();
  await apply('a');
  const [silent, other] = [counting(11), counting(12)];
  await join(silent.worker);
  await join(other.worker);
  let reports = 0;
  silent.worker.reporting = () => new Promise(() => reports++);
  await clock.advance(2000);
  await clock.advance(2000);
  await clock.advance(2000);
  assert.equal(reports, 2);
  other.count(2);
  let counted: unknown;
  void admin.counted().then((value) => (counted = value));
  await settlePromises();
  assert.equal(counted, undefined);
  await clock.advance(2000);
  assert.notEqual(counted, undefined);
  supervisor.close();
});

test('the status of each inventory has its use, its age and its last error', async () => {
  const none = { date: null, blobs: null, fetchedAt: null, lastError: null };
  const { admin, apply, supervisor } = administered(
    new Map([
      ['a', { unused: null, date: -9500, blobs: 7, fetchedAt: 900, lastError: null }],
      [
        'b',
        {
          unused: 'too-old',
          date: -3_600_000,
          blobs: 7,
          fetchedAt: 0,
          lastError: { at: 500, problem: 'cannot fetch it' },
        },
      ],
      ['c', { ...none, unused: 'awaited' }],
    ]),
  );
  await apply('a', 'b', 'c', 'd');
  const port = await admin.listen('127.0.0.1', 0);
  const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  const { backends } = JSON.parse(await get('/api/status'));
  const inventories = new Map(
    backends.map(({ name, inventory }: Record<string, unknown>) => [name, inventory]),
  );
  assert.deepEqual(inventories.get('a'), {
    used: true,
    why: null,
    date: '1969-12-31T23:59:50.500Z',
    ageSeconds: 10,
    blobs: 7,
    fetchedAt: '1970-01-01T00:00:00.900Z',
    lastError: null,
  });
  assert.deepEqual(inventories.get('b'), {
    used: false,
    why: 'too-old',
    date: '1969-12-31T23:00:00.000Z',
    ageSeconds: 3601,
    blobs: 7,
    fetchedAt: '1970-01-01T00:00:00.000Z',
    lastError: { at: '1970-01-01T00:00:00.500Z', problem: 'cannot fetch it' },
  });
  assert.deepEqual(inventories.get('c'), {
    used: false,
    why: 'awaited',
    date: null,
    ageSeconds: null,
    blobs: null,
    fetchedAt: null,
    lastError: null,
  });
  assert.deepEqual([inventories.get('d'), inventories.get('upstream')], [null, null]);
  const lines = (await get('/metrics'))
    .split('\n')
    .filter((line) => line.startsWith('archeio_inventory_'));
  assert.deepEqual(lines, [
    'archeio_inventory_timestamp_seconds{store="a"} -9.5',
    'archeio_inventory_timestamp_seconds{store="b"} -3600',
    'archeio_inventory_used{store="a"} 1',
    'archeio_inventory_used{store="b"} 0',
    'archeio_inventory_used{store="c"} 0',
  ]);
  await admin.stop(1000);
  supervisor.close();
});

test('it reports processes that do not answer, and asks one that does for explanations', async () => {
  const crew = { wanted: 3, answering: 1, silent: 1, ends: { crashed: 2, silent: 0 } };
  const { admin, apply, join, supervisor } = administered(new Map(), () => ({
    ...crew,
    dropped: 9,
  }));
  await apply('a');
  const [silent, other] = [counting(11), counting(12)];
  await join(silent.worker);
  await join(other.worker);
  const port = await admin.listen('127.0.0.1', 0);
  const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  silent.worker.answering = false;
  silent.worker.explain = () => assert.fail('asked one that does not answer');
  assert.equal(
    await get('/readyz'),
    'healthy; 1 of 3 processes do not answer; 1 of 3 processes are missing\n',
  );
  assert.equal(await get('/livez'), 'healthy\n');
  assert.deepEqual(
    JSON.parse(await get('/api/status')).processes.map((each: Record<string, unknown>) => [
      each['pid'],
      each['answering'],
    ]),
    [
      [11, false],
      [12, true],
    ],
  );
  assert.equal(JSON.parse(await get('/api/explain?path=/v2/&ip=203.0.113.7')), 'explained');
  const text = await get('/metrics');
  for (const line of [
    'archeio_workers{state="answering"} 1',
    'archeio_workers{state="silent"} 1',
    'archeio_workers{state="missing"} 1',
    'archeio_worker_ends_total{reason="crashed"} 2',
    'archeio_worker_messages_dropped_total{sender="supervisor"} 9',
  ])
    assert.ok(text.includes(`${line}\n`), line);
  await admin.stop(1000);
  supervisor.close();
});
