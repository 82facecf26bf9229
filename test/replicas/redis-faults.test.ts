import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RUNTIMES } from '../parts/archeio-process.ts';
import { startStore, type StoreServer } from '../parts/store-server.ts';
import { metrics, sumOf, until } from '../processes/several-processes.ts';
import { digest, pull } from '../serving/configurations.ts';
import { coldBlob, startColdLoad } from './cold-load.ts';
import { type FaultyRedis, type RedisFault, startFaultyRedis } from './faulty-redis.ts';
import { type RedisServer, startRedis, WITHOUT_REDIS } from './redis-server.ts';
import { headsOf, isConnected, type Replicas, sharing, startReplicas } from './replicas.ts';

/** Longest time that a request may wait for presence, in milliseconds. */
const BUDGET = 2000;

/** What a pull takes besides, on a busy machine: its connection, and the turn of both processes. */
const SURROUNDINGS = 1000;

/** Everything that a fault needs. */
interface Parts {
  redis: RedisServer;
  readonly proxy: FaultyRedis;
}

interface Fault {
  readonly name: string;
  readonly begin: (parts: Parts) => Promise<unknown> | void;
  readonly end: (parts: Parts) => Promise<unknown> | void;
  /** What instances log of it; the first when it begins. */
  readonly logged: readonly [begin: string, end: string];
  /** Reason in the log. */
  readonly reason: RegExp;
}

const GONE = ['shared-presence-disconnected', 'shared-presence-connected'] as const;
const UNWRITTEN = ['shared-presence-not-written', 'shared-presence-written'] as const;

const misbehaves = (name: string, fault: RedisFault, reason: RegExp): Fault => ({
  name,
  begin: ({ proxy }) => proxy.misbehave(fault),
  end: ({ proxy }) => proxy.misbehave(undefined),
  logged: GONE,
  reason,
});

const FAULTS: readonly Fault[] = [
  {
    name: 'killed, and started again',
    begin: ({ redis }) => redis.part.signal('SIGKILL'),
    end: async (parts) => {
      const { port } = parts.redis;
      await parts.redis[Symbol.asyncDispose]();
      parts.redis = await startRedis([], port);
    },
    logged: GONE,
    reason: /closed|ECONN|EPIPE/,
  },
  {
    name: 'hung (SIGSTOP), and continued',
    begin: ({ redis }) => redis.part.signal('SIGSTOP'),
    end: ({ redis }) => redis.part.signal('SIGCONT'),
    logged: GONE,
    reason: /^no answer within 200 ms$/,
  },
  misbehaves('slow', { kind: 'slow', milliseconds: 700 }, /^no answer within 200 ms$/),
  misbehaves('silent', { kind: 'silent' }, /^no answer within 200 ms$/),
  misbehaves('answering garbage', { kind: 'says', bytes: '<html>not a Redis</html>\r\n' }, /./),
  misbehaves('answering less than it was asked for', { kind: 'says', bytes: '*0\r\n' }, /./),
  misbehaves(
    'loading its data',
    { kind: 'says', bytes: '-LOADING Redis is loading the dataset in memory\r\n' },
    /LOADING/,
  ),
  {
    name: 'full (maxmemory, noeviction)',
    begin: ({ redis }) => redis.client.config('SET', 'maxmemory', '1'),
    end: ({ redis }) => redis.client.config('SET', 'maxmemory', '0'),
    logged: UNWRITTEN,
    reason: /^OOM/,
  },
  {
    name: 'read-only (a replica)',
    begin: ({ redis }) => redis.client.replicaof('127.0.0.1', 9),
    end: ({ redis }) => redis.client.replicaof('NO', 'ONE'),
    logged: UNWRITTEN,
    reason: /^READONLY/,
  },
  {
    name: 'asking for a password that no instance has',
    begin: async ({ redis }) => {
      await redis.client.config('SET', 'requirepass', 'secret');
      await redis.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    },
    end: ({ redis }) => redis.client.config('SET', 'requirepass', ''),
    logged: GONE,
    reason: /./,
  },
];

/** The beginning and the end of a fault are each one line; a busy machine may look like another fault in between. */
function isToldOnce(events: readonly string[], [begin, end]: Fault['logged']): void {
  const told = events.filter((event) => event === begin || event === end);
  assert.deepEqual(
    told,
    told.map((_, index) => (index % 2 === 0 ? begin : end)),
  );
}

for (const runtime of RUNTIMES) {
  describe(`a Redis that fails under load: ${runtime}`, { skip: WITHOUT_REDIS }, () => {
    let parts: Parts;
    let store: StoreServer;
    let replicas: Replicas;

    before(async () => {
      const redis = await startRedis();
      parts = { redis, proxy: await startFaultyRedis(redis.port) };
      store = await startStore();
      // It has every blob; canaries read it.
      store.behave((_request, response) =>
        response.writeHead(200, { 'Content-Length': 4 }).end('blob'),
      );
      const presence = { budget: `${BUDGET}ms`, timeout: '5s' };
      replicas = await startReplicas(runtime, 2, sharing(store.url, parts.proxy.url, presence));
    });
    after(async () => {
      await replicas?.[Symbol.asyncDispose]();
      await store?.[Symbol.asyncDispose]();
      await parts?.proxy[Symbol.asyncDispose]();
      await parts?.redis[Symbol.asyncDispose]();
    });

    const eventsOf = (from: readonly number[]): string[][] =>
      replicas.all.map(({ log }, index) =>
        log
          .slice(from[index])
          .map(({ event }) => event)
          .filter((event) => event.startsWith('shared-presence-')),
      );

    /** Both instances are connected, and one answers what the other has learnt. */
    const isShared = async (): Promise<boolean> => {
      for (const replica of replicas.all) if (!(await isConnected(replica))) return false;
      const number = coldBlob();
      const asked = headsOf(store);
      for (const { port } of replicas.all) await pull(port, number);
      return headsOf(store) === asked + 1;
    };

    for (const { name, begin, end, logged, reason } of FAULTS)
      test(
        `${name}: no pull fails or waits beyond the budget, and sharing resumes`,
        { timeout: 90_000 },
        async () => {
          await until('presence is shared', isShared);
          const from = replicas.all.map(({ log }) => log.length);
          const load = startColdLoad(replicas.all.map(({ port }) => port));
          try {
            await until('some pulls', () => load.pulls.length > 50);
            await begin(parts);
            await until('the fault is logged', () =>
              eventsOf(from).every((events) => events.includes(logged[0])),
            );
            const during = load.pulls.length;
            await until('many pulls during the fault', () => load.pulls.length > during + 200);
            await sleep(1000);
          } finally {
            await end(parts);
            await until('what ends it is logged', () =>
              eventsOf(from).every((events) => events.includes(logged[1])),
            );
            await load.stop();
          }
          assert.deepEqual(load.failed, []);
          for (const { status, location, path, waited } of load.pulls) {
            assert.deepEqual([status, location], [307, `${store.url}${path}`]);
            assert.ok(waited < BUDGET + SURROUNDINGS, `${waited} ms`);
          }
          await until('presence is shared again', isShared);
          for (const events of eventsOf(from)) isToldOnce(events, logged);
          for (const [index, { log }] of replicas.all.entries())
            assert.match(
              String(log.slice(from[index]).find(({ event }) => event === logged[0])?.['reason']),
              reason,
            );
        },
      );

    test(
      'while it is gone, it costs no pull anything, and few attempts to connect',
      { timeout: 60_000 },
      async () => {
        await until('presence is shared', isShared);
        const [one] = replicas.all;
        const errors = async (): Promise<number> =>
          sumOf(await metrics(one), 'archeio_presence_shared_errors_total');
        parts.proxy.misbehave({ kind: 'silent' });
        await until('it is disconnected', async () => {
          await pull(one.port, coldBlob());
          return !(await isConnected(one));
        });
        const [before, connections] = [await errors(), parts.proxy.connections()];
        for (let count = 0; count < 200; count++) {
          const number = coldBlob();
          assert.equal((await pull(one.port, number)).location, `${store.url}/${digest(number)}`);
        }
        assert.equal(await errors(), before);
        const attempts = parts.proxy.connections() - connections;
        assert.ok(attempts < 20, `${attempts} attempts`);
        parts.proxy.misbehave(undefined);
        await until('presence is shared again', isShared);
      },
    );
  });
}
