/**
 * What a shared blob costs in a real redis-server: bytes of memory for each of a million blobs, and the round trips of a
 * check, one at a time and many at once.
 *
 * Usage: npx node bench/shared-presence.ts (needs redis-server).
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpus } from 'node:os';
import type { Redis } from 'ioredis';
import { encodeLease, encodeResult } from '@archeio/presence';
import { connectRedis } from '../apps/archeio/src/backends/shared/redis-connection.ts';
import { sharedKey, sharedPrefix } from '../apps/archeio/src/backends/shared/shared-key.ts';
import { startRedis } from '../test/replicas/redis-server.ts';

const MILLION = 1_000_000;
const BATCH = 10_000;
const LIFETIME = 24 * 60 * 60 * 1000;
const ROUND_TRIPS = 5000;

const PREFIX = sharedPrefix(['https://bucket.s3.eu-west-3.amazonaws.com {digest}', 'head']);

function keyOf(number: number): Buffer {
  const hex = createHash('sha256').update(String(number)).digest('hex');
  const key = sharedKey(PREFIX, `sha256:${hex}`);
  assert.ok(key !== undefined);
  return key;
}

async function usedMemory(client: Redis): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await client.info('memory'))?.[1]);
}

function median(times: number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
}

await using redis = await startRedis();
const { client } = redis;
const empty = await usedMemory(client);
const now = Date.now();
for (let first = 0; first < MILLION; first += BATCH) {
  const pipeline = client.pipeline();
  for (let number = first; number < first + BATCH; number++) {
    // Layers of up to 400 MB, and one blob in four that is absent.
    const absent = number % 4 === 0;
    const size = absent ? -1 : (number * 7919) % 400_000_000;
    const value = Buffer.from(encodeResult({ state: absent ? 'absent' : 'present', size }, now));
    pipeline.set(keyOf(number), value, 'PX', LIFETIME);
  }
  await pipeline.exec();
}
assert.equal(await client.dbsize(), MILLION);
const used = (await usedMemory(client)) - empty;
const sizes = await Promise.all(
  Array.from({ length: 1000 }, (_, index) => client.memory('USAGE', keyOf(index * 997))),
);
const usage = sizes.reduce<number>((sum, size) => sum + Number(size), 0) / sizes.length;

const connection = await connectRedis(redis.url, {}, new AbortController().signal);
const lease = { value: encodeLease(new Uint8Array(8)), milliseconds: 1 };
const check = (number: number): Promise<unknown> => connection.look([keyOf(number)], lease);
const alone: number[] = [];
for (let number = 0; number < ROUND_TRIPS; number++) {
  const began = performance.now();
  await check(number);
  alone.push(performance.now() - began);
}
const began = performance.now();
for (let first = 0; first < 20 * ROUND_TRIPS; first += 64)
  await Promise.all(Array.from({ length: 64 }, (_, index) => check(first + index)));
const rate = (20 * ROUND_TRIPS) / ((performance.now() - began) / 1000);
connection.close();

const runtime =
  process.versions.bun === undefined ? `Node ${process.version}` : `Bun ${process.versions.bun}`;
console.log(
  `${cpus()[0].model}, ${cpus().length} cores, ${runtime}, ${/redis_version:(\S+)/.exec(await client.info('server'))?.[1]}`,
);
console.log(
  `a blob takes ${(used / MILLION).toFixed(0)} bytes (MEMORY USAGE of a key: ${usage.toFixed(0)}); a million ${(used / 2 ** 20).toFixed(0)} MiB`,
);
console.log(
  `a look with a lease: ${(1000 * median(alone)).toFixed(0)} µs alone; ${rate.toFixed(0)} a second, 64 at a time`,
);
