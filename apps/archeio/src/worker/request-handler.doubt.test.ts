import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assembled, blob, digest, incoming, PRESENT } from './testing/assembled.ts';

/** Pulls cold blobs, and returns the questions to the upstream meanwhile. */
async function pulls(parts: ReturnType<typeof assembled>, from: number, to: number) {
  const before = parts.checker.asked.length;
  for (let number = from; number < to; number++) await parts.handler.decide(incoming(blob(number)));
  return parts.checker.asked
    .slice(before)
    .map(({ url }) => url)
    .filter((url) => url.includes('upstream.example'));
}

test('while a store has answered no blob present, the upstream is asked for one in eight of its absent blobs, later one in 64', async () => {
  const parts = assembled();
  parts.checker.answers.set('https://upstream.example', { kind: 'status', status: 307, size: -1 });
  const first = await pulls(parts, 0, 64);
  assert.equal(first.length, 8);
  assert.equal(first[0], `https://upstream.example/v2/images/pause/blobs/${digest(7)}`);
  assert.equal((await pulls(parts, 64, 256)).length, 3);
  assert.ok(parts.found.some(({ at, state }) => at === 'upstream' && state === 'present'));
});

test('a store in which a blob was found is not doubted', async () => {
  const parts = assembled();
  parts.checker.answers.set('https://cdn.example', PRESENT);
  await pulls(parts, 0, 1);
  parts.checker.answers.delete('https://cdn.example');
  assert.deepEqual(await pulls(parts, 1, 100), []);
});

test('nor is one of which another process has found a blob', async () => {
  const parts = assembled();
  await pulls(parts, 0, 1);
  const absent = parts.found.find(({ at }) => at === 'store');
  assert.ok(absent !== undefined);
  parts.memory.learn({ ...absent, key: digest(999), state: 'present', size: 7 });
  assert.deepEqual(await pulls(parts, 1, 100), []);
});

test('a store that has answered nothing yet is not doubted either', async () => {
  const parts = assembled();
  parts.checker.answers.set('https://cdn.example', { kind: 'status', status: 503, size: -1 });
  assert.deepEqual(await pulls(parts, 0, 100), []);
});
