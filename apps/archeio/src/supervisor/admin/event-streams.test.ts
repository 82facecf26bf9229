import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { ManualClock } from '@archeio/presence/testing';
import { EventStreams } from './event-streams.ts';

/** A client that reads or does not. */
class FakeClient extends EventEmitter {
  reads = true;
  destroyed = false;
  ended = false;
  /** Bytes that wait for it. */
  waiting = 0;
  readonly events: string[] = [];

  writeHead(status: number): void {
    assert.equal(status, 200);
  }

  write(bytes: Buffer): boolean {
    this.events.push(String(bytes));
    if (!this.reads) this.waiting += bytes.length;
    return this.reads;
  }

  end(): void {
    this.ended = true;
    if (this.reads) this.emit('close');
  }

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }

  read(): void {
    this.reads = true;
    this.waiting = 0;
    this.emit('drain');
  }

  /** The events since the last call, by name. */
  take(): string[] {
    return this.events.splice(0).map((text) => /^event: (\w+)$/m.exec(text)?.[1] ?? text.trim());
  }
}

function opened(most = 100) {
  const clock = new ManualClock(1_000_000);
  const state = { status: '{"uptimeSeconds":1,"x":1}', asked: 0, takes: 0 };
  let taken = 0;
  const streams = new EventStreams({
    clock: {
      now: () => clock.now() + taken,
      after: (milliseconds, callback) => clock.after(milliseconds, callback),
    },
    most,
    status: () => {
      state.asked++;
      taken += state.takes;
      return state.status;
    },
  });
  const open = (client = new FakeClient()): FakeClient => {
    assert.equal(streams.begin(client as unknown as ServerResponse, false), true);
    return client;
  };
  return { clock, state, streams, open };
}

test('a stream begins with the time before another attempt and the status', () => {
  const { open } = opened();
  assert.deepEqual(open().events, [
    'retry: 3000\n\nevent: status\ndata: {"uptimeSeconds":1,"x":1}\n\n',
  ]);
});

test('the status comes when it has changed, at most once a second and at least every 10 s', async () => {
  const { clock, state, open } = opened();
  const client = open();
  await clock.advance(1000);
  assert.deepEqual(client.take(), ['status', 'status']);
  for (let second = 0; second < 40; second++) {
    state.status = `{"uptimeSeconds":${second},"x":1}`;
    await clock.advance(1000);
  }
  const sent = client.take();
  assert.ok(sent.filter((each) => each === 'status').length >= 4, sent.join());
  assert.ok(sent.filter((each) => each === 'status').length <= 5, sent.join());
  assert.equal(sent.filter((each) => each === ':').length, 2);
  state.status = '{"uptimeSeconds":41,"x":2}';
  await clock.advance(1000);
  state.status = '{"uptimeSeconds":41,"x":3}';
  await clock.advance(999);
  assert.deepEqual(client.take(), ['status']);
  await clock.advance(1);
  assert.deepEqual(client.take(), ['status']);
});

test('a status that takes long is read less often', async () => {
  const { clock, state, open } = opened();
  open();
  const readIn = async (milliseconds: number): Promise<number> => {
    const before = state.asked;
    await clock.advance(milliseconds);
    return state.asked - before;
  };
  state.takes = 10;
  assert.equal(await readIn(60_000), 60);
  state.takes = 60;
  assert.ok((await readIn(60_000)) <= 21);
  state.takes = 1000;
  await clock.advance(10_000);
  const reads = await readIn(60_000);
  assert.ok(reads >= 6 && reads <= 8, String(reads));
});

test('without a stream it does nothing, and streams share a status', async () => {
  const { clock, state, streams, open } = opened();
  await clock.advance(60_000);
  assert.deepEqual([state.asked, clock.timers], [0, 0]);
  const clients = Array.from({ length: 100 }, () => open());
  assert.deepEqual([state.asked, clock.timers, streams.open], [1, 1, 100]);
  await clock.advance(1000);
  assert.equal(state.asked, 2);
  for (const client of clients) client.destroy();
  assert.deepEqual([clock.timers, streams.open], [0, 0]);
  open();
  assert.equal(clock.timers, 1);
});

test('at most the allowed number of streams is open; another can start once one has ended', () => {
  const { streams, open } = opened(2);
  const first = open();
  open();
  const third = new FakeClient() as unknown as ServerResponse;
  assert.equal(streams.begin(third, false), false);
  first.destroy();
  assert.equal(streams.begin(third, false), true);
});

test('a stream whose connection is gone gets nothing more', () => {
  const { streams, open } = opened();
  const client = open();
  client.take();
  client.destroyed = true;
  streams.send('step', '{}');
  assert.deepEqual(client.take(), []);
  client.destroy();
  streams.close();
});

test('HEAD gets an answer without a stream', () => {
  const { streams } = opened();
  const client = new FakeClient();
  assert.equal(streams.begin(client as unknown as ServerResponse, true), true);
  assert.deepEqual([client.ended, client.events, streams.open], [true, [], 0]);
});

test('a client that does not read gets no status, is disconnected after 10 s, and nothing piles up', async () => {
  const { clock, state, streams, open } = opened();
  const [slow, other] = [open(), open()];
  slow.take();
  slow.reads = false;
  streams.send('step', '{}');
  for (let second = 1; second < 10; second++) {
    state.status = `{"x":"${second}"}`;
    await clock.advance(1000);
  }
  assert.deepEqual(slow.take(), ['step']);
  assert.equal(slow.destroyed, false);
  await clock.advance(1000);
  assert.equal(slow.destroyed, true);
  assert.deepEqual([streams.open, other.destroyed], [1, false]);
});

test('a client that reads slowly, but reads, stays', async () => {
  const { clock, state, streams, open } = opened();
  const client = open();
  for (let step = 0; step < 20; step++) {
    client.reads = false;
    streams.send('step', '{}');
    await clock.advance(9000);
    client.read();
    state.status = `{"x":${step}}`;
    await clock.advance(1000);
  }
  assert.equal(client.destroyed, false);
  const sent = client.take();
  assert.equal(sent.filter((each) => each === 'step').length, 20);
  assert.ok(sent.filter((each) => each === 'status').length >= 20);
});

test('a hundred streams that are open for a day keep nothing', async () => {
  const { clock, state, streams, open } = opened();
  const clients = Array.from({ length: 100 }, () => open());
  for (let minute = 0; minute < 24 * 60; minute++) {
    state.status = `{"x":${minute}}`;
    await clock.thawAfter(60_000);
    streams.send('step', '{}');
    for (const client of clients) client.take();
    // Browsers come and go.
    clients[minute % 100].destroy();
    clients[minute % 100] = open();
  }
  assert.deepEqual([streams.open, clock.timers], [100, 1]);
  for (const client of clients)
    assert.deepEqual([client.listenerCount('drain'), client.listenerCount('close')], [1, 1]);
});

test('the end of the server ends the streams, even if a client does not read; none begins', async () => {
  const { clock, streams, open } = opened();
  const [client, slow] = [open(), open()];
  slow.reads = false;
  streams.send('step', '{}');
  streams.close();
  assert.deepEqual([client.ended, slow.ended, slow.destroyed], [true, true, false]);
  await clock.advance(1000);
  assert.equal(slow.destroyed, true);
  assert.deepEqual([streams.open, clock.timers], [0, 0]);
  assert.equal(streams.begin(new FakeClient() as unknown as ServerResponse, false), false);
});
