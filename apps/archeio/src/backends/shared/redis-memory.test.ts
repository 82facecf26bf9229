import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ManualClock } from '@archeio/presence/testing';
import { SharedPresenceCounts } from '../../metrics/shared-presence-counts.ts';
import type { RedisConnection, RedisLook } from './redis-connection.ts';
import { RedisMemory } from './redis-memory.ts';

const KEY = Uint8Array.of(1);
const LEASE = { value: Uint8Array.of(2), milliseconds: 200 };
const FOUND: RedisLook = { values: [Uint8Array.of(3)], leased: false };

/** A connection that answers as its test says. */
class FakeConnection implements RedisConnection {
  readonly #end = Promise.withResolvers<string>();
  readonly ended = this.#end.promise;
  readonly sent: string[] = [];
  closed = false;
  answer: () => Promise<RedisLook> = () => Promise.resolve(FOUND);
  write: () => Promise<string | undefined> = () => Promise.resolve(undefined);

  look(_keys: readonly Uint8Array[], lease?: unknown): Promise<RedisLook> {
    this.sent.push(lease === undefined ? 'look' : 'lease');
    return this.answer();
  }

  put(_key: Uint8Array, _value: Uint8Array, milliseconds: number): Promise<string | undefined> {
    this.sent.push(`put ${milliseconds}`);
    return this.write();
  }

  remove(): Promise<string | undefined> {
    this.sent.push('remove');
    return this.write();
  }

  end(reason: string): void {
    this.#end.resolve(reason);
  }

  close(): void {
    this.closed = true;
    this.end('closed');
  }
}

function redis(prepare: (connection: FakeConnection) => void = () => undefined, budget = 500) {
  const clock = new ManualClock();
  const counts = new SharedPresenceCounts();
  const connections: FakeConnection[] = [];
  const lines: string[] = [];
  const log = (event: string, fields?: object): void =>
    void lines.push(fields === undefined ? event : `${event} ${JSON.stringify(fields)}`);
  const rig = { refuses: undefined as string | undefined, hangs: false };
  const signals: AbortSignal[] = [];
  const hanging = Promise.withResolvers<RedisConnection>();
  const memory = new RedisMemory({
    budget,
    clock,
    counts,
    log: { info: log, warn: log },
    random: () => 1,
    connect: (signal) => {
      signals.push(signal);
      if (rig.refuses !== undefined) return Promise.reject(new Error(rig.refuses));
      if (rig.hangs) return hanging.promise;
      const connection = new FakeConnection();
      prepare(connection);
      connections.push(connection);
      return Promise.resolve(connection);
    },
  });
  const errors = (): unknown => counts.snapshot().values.archeio_presence_shared_errors_total;
  return { memory, clock, counts, connections, lines, rig, signals, errors, hanging };
}

const never = (): Promise<never> => new Promise(() => undefined);

suite('connected', () => {
  test('it is available once a first look was answered', async () => {
    const { memory, clock, connections, lines, counts } = redis();
    assert.equal(memory.available, false);
    assert.equal(await memory.look([KEY]), undefined);
    await clock.advance(0);
    assert.equal(memory.available, true);
    assert.deepEqual(await memory.look([KEY], LEASE), FOUND);
    memory.put(KEY, KEY, 1500.7);
    memory.remove(KEY, KEY);
    await clock.advance(0);
    assert.deepEqual(connections[0].sent, ['look', 'lease', 'put 1500', 'remove']);
    assert.deepEqual(lines, ['shared-presence-connected']);
    memory.checked('found');
    const { values, histograms } = counts.snapshot();
    assert.deepEqual(values.archeio_presence_shared_processes, {
      '["connected"]': 1,
      '["disconnected"]': 0,
    });
    assert.deepEqual(values.archeio_presence_shared_checks_total, { '["found"]': 1 });
    const [duration] = Object.values(histograms.archeio_presence_shared_duration_seconds ?? {});
    assert.equal(duration.counts[0], 3);
  });

  test('closing it disconnects for good, and withdraws its metrics', async () => {
    const { memory, clock, connections, counts, lines } = redis();
    await clock.advance(0);
    memory.close();
    await clock.advance(60_000);
    assert.deepEqual(
      [memory.available, connections.length, connections[0].closed],
      [false, 1, true],
    );
    assert.deepEqual(lines, ['shared-presence-connected']);
    assert.deepEqual(counts.snapshot().values, {});
    assert.equal(clock.timers, 0);
  });

  test('closing it while it connects closes the connection', async () => {
    const { memory, clock, connections } = redis();
    memory.close();
    await clock.advance(0);
    assert.deepEqual([memory.available, connections[0].closed], [false, true]);
    const other = redis();
    other.rig.refuses = 'no';
    other.memory.close();
    await other.clock.advance(60_000);
    assert.equal(other.lines.length, 0);
  });
});

suite('a Redis that does not answer', () => {
  test('three calls without an answer in time end the connection, and nothing waits any more', async () => {
    const { memory, clock, connections, lines, rig, errors } = redis();
    await clock.advance(0);
    connections[0].answer = never;
    rig.refuses = 'connection refused';
    for (let call = 0; call < 3; call++) {
      assert.equal(memory.available, true);
      const look = memory.look([KEY]);
      await clock.advance(50);
      assert.equal(await look, undefined);
    }
    assert.deepEqual([memory.available, connections[0].closed], [false, true]);
    assert.deepEqual(lines, [
      'shared-presence-connected',
      'shared-presence-disconnected {"reason":"no answer within 50 ms"}',
    ]);
    assert.deepEqual(errors(), { '["timeout"]': 3, '["disconnected"]': 1 });
  });

  test('a short budget makes the limit shorter', async () => {
    const { memory, clock, connections } = redis(undefined, 100);
    await clock.advance(0);
    connections[0].answer = never;
    const look = memory.look([KEY]);
    await clock.advance(10);
    assert.equal(await look, undefined);
  });

  test('an answer between those that are missing keeps the connection', async () => {
    const { memory, clock, connections } = redis();
    await clock.advance(0);
    for (let call = 0; call < 10; call++) {
      connections[0].answer = call % 3 === 2 ? () => Promise.resolve(FOUND) : never;
      void memory.look([KEY]);
      await clock.advance(50);
    }
    assert.equal(memory.available, true);
  });

  test('a frozen process does not blame it', async () => {
    const { memory, clock, connections } = redis();
    await clock.advance(0);
    connections[0].answer = never;
    const looks = Array.from({ length: 5 }, () => memory.look([KEY]));
    await clock.thawAfter(3000);
    assert.deepEqual(
      await Promise.all(looks),
      looks.map(() => undefined),
    );
    assert.equal(memory.available, true);
  });

  test('calls in progress are bounded', async () => {
    const { memory, clock, connections, errors } = redis();
    await clock.advance(0);
    connections[0].answer = never;
    connections[0].write = never;
    const looks = Array.from({ length: 255 }, () => memory.look([KEY]));
    memory.put(KEY, KEY, 1);
    assert.equal(await memory.look([KEY]), undefined);
    assert.equal(connections[0].sent.length, 257);
    assert.deepEqual(errors(), { '["busy"]': 1 });
    await clock.advance(50);
    await Promise.all(looks);
  });

  test('connecting that does not end is given up and tried again', async () => {
    const { memory, clock, lines, rig, signals, connections, hanging } = redis();
    await clock.advance(0);
    rig.hangs = true;
    connections[0].end('lost');
    await clock.advance(100 + 1999);
    assert.deepEqual([signals.length, signals[1].aborted], [2, false]);
    await clock.advance(1 + 200);
    assert.deepEqual([signals.length, signals[1].aborted], [3, true]);
    rig.hangs = false;
    await clock.advance(2000 + 400);
    assert.equal(memory.available, true);
    assert.deepEqual(lines.slice(1), [
      'shared-presence-disconnected {"reason":"lost"}',
      'shared-presence-connected',
    ]);
    const late = new FakeConnection();
    hanging.resolve(late);
    await clock.advance(0);
    assert.equal(late.closed, true, 'a connection that comes after all is closed');
  });

  test('one that answers later than a call may take is not used', async () => {
    const { memory, clock, lines, connections } = redis((connection) => {
      connection.answer = never;
    });
    await clock.advance(50);
    assert.deepEqual([memory.available, connections[0].closed], [false, true]);
    assert.deepEqual(lines, ['shared-presence-disconnected {"reason":"no answer within 50 ms"}']);
  });
});

suite('a Redis that answers with errors', () => {
  test('three errors in a row end the connection', async () => {
    const { memory, clock, connections, lines, errors } = redis();
    await clock.advance(0);
    connections[0].answer = () => Promise.reject(new Error('LOADING Redis is loading'));
    for (let call = 0; call < 3; call++) assert.equal(await memory.look([KEY]), undefined);
    assert.equal(memory.available, false);
    assert.equal(lines[1], 'shared-presence-disconnected {"reason":"LOADING Redis is loading"}');
    assert.deepEqual(errors(), { '["error"]': 3, '["disconnected"]': 1 });
  });

  test('one whose first look fails is not used', async () => {
    const { memory, clock, lines, connections } = redis((connection) => {
      connection.answer = () => Promise.reject(new Error('NOPERM no permission'));
    });
    await clock.advance(0);
    assert.equal(memory.available, false);
    assert.equal(connections[0].closed, true);
    assert.deepEqual(lines, ['shared-presence-disconnected {"reason":"NOPERM no permission"}']);
  });

  test('a connection that ends during a write does not count as one that refuses to write', async () => {
    const { memory, clock, connections, lines } = redis();
    await clock.advance(0);
    connections[0].write = () => Promise.reject(new Error('Connection is closed'));
    memory.put(KEY, KEY, 1000);
    await clock.advance(0);
    assert.deepEqual(lines, ['shared-presence-connected']);
  });

  test('one that refuses to write is read, and written to again after some seconds', async () => {
    const { memory, clock, connections, lines, errors } = redis();
    await clock.advance(0);
    const [connection] = connections;
    connection.write = () => Promise.resolve('OOM command not allowed');
    memory.put(KEY, KEY, 1000);
    await clock.advance(0);
    memory.put(KEY, KEY, 1000);
    memory.remove(KEY, KEY);
    assert.deepEqual(await memory.look([KEY], LEASE), FOUND);
    assert.deepEqual(connection.sent, ['look', 'put 1000', 'look']);
    await clock.advance(5000);
    connection.answer = () => Promise.resolve({ ...FOUND, refused: 'OOM' });
    assert.equal((await memory.look([KEY], LEASE))?.leased, false);
    await clock.advance(5000);
    connection.answer = () => Promise.resolve({ ...FOUND, leased: true });
    assert.equal((await memory.look([KEY], LEASE))?.leased, true);
    assert.deepEqual(lines, [
      'shared-presence-connected',
      'shared-presence-not-written {"reason":"OOM command not allowed"}',
      'shared-presence-written',
    ]);
    assert.deepEqual(errors(), { '["not-written"]': 2 });
    assert.equal(memory.available, true);
  });
});

suite('connecting again', () => {
  test('pauses double up to 10 s, and only the first failure is logged', async () => {
    const gone = redis();
    gone.rig.refuses = 'connection refused';
    await gone.clock.advance(0);
    assert.equal(gone.memory.available, true, 'the first attempt had begun');
    gone.connections[0].end('reset by peer');
    const attempts: number[] = [];
    for (let second = 0; second < 40; second++) {
      await gone.clock.advance(1000);
      attempts.push(gone.signals.length);
    }
    assert.deepEqual(
      [attempts[0], attempts[9], attempts[39]],
      [4, 7, 10],
      'at 0.1, 0.3, 0.7, 1.5, 3.1, 6.3, 12.7, 22.7 and 32.7 s',
    );
    assert.deepEqual(gone.lines, [
      'shared-presence-connected',
      'shared-presence-disconnected {"reason":"reset by peer"}',
    ]);
    gone.rig.refuses = undefined;
    await gone.clock.advance(10_000);
    assert.equal(gone.memory.available, true);
    assert.equal(gone.lines[2], 'shared-presence-connected');
  });

  test('a connection that lasted makes the next pause short', async () => {
    const { clock, connections, memory } = redis();
    await clock.advance(0);
    for (let lost = 0; lost < 8; lost++) {
      await clock.advance(10_000);
      connections[lost].end('lost');
      await clock.advance(100);
      assert.equal(memory.available, true);
    }
  });

  test('one that is lost again and again is tried less and less often', async () => {
    const { clock, connections } = redis();
    for (let second = 0; second < 100; second++) {
      await clock.advance(1000);
      connections.at(-1)?.end('lost');
    }
    assert.ok(connections.length < 25, String(connections.length));
  });

  test('failures of an earlier connection do not end the next one', async () => {
    const { memory, clock, connections } = redis();
    await clock.advance(0);
    connections[0].answer = never;
    const looks = Array.from({ length: 9 }, () => memory.look([KEY]));
    connections[0].end('lost');
    await clock.advance(100);
    await Promise.all(looks);
    assert.deepEqual([memory.available, connections.length], [true, 2]);
  });
});
