import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { MONOTONIC_CLOCK } from '@archeio/presence';
import { FakeProviders } from '../ranges/testing/fake-providers.ts';
import { StatedError } from '@archeio/plain-errors';
import { inventorySource } from './inventory-source.ts';

const folder = mkdtempSync(join(tmpdir(), 'archeio-inventory-'));
after(() => rmSync(folder, { recursive: true }));
const PARTS = { clock: MONOTONIC_CLOCK };
const { signal } = new AbortController();

test('a file is read again only if it has changed', async () => {
  const file = join(folder, 'inventory');
  const read = inventorySource({ file }, PARTS);
  await assert.rejects(read({}, signal), {
    message: `cannot read ${JSON.stringify(file)}: there is no such file or directory (ENOENT)`,
  });
  writeFileSync(file, 'one');
  const first = await read({}, signal);
  assert.ok(first.kind === 'bytes');
  assert.equal(Buffer.from(first.bytes).toString(), 'one');
  assert.deepEqual(await read(first.validators, signal), { kind: 'unchanged' });
  writeFileSync(file, 'another');
  assert.equal((await read(first.validators, signal)).kind, 'bytes');
  truncateSync(file, 65 * 1024 * 1024);
  await assert.rejects(read({}, signal), /it is longer than 67108864 bytes/);
});

test('a URL is requested with its validators', async () => {
  await using server = await FakeProviders.start();
  const read = inventorySource({ url: `${server.origin}/inventory` }, PARTS);
  await assert.rejects(read({}, signal), /status 404, expected 200/);
  server.files.set('/inventory', { body: Buffer.of(0xff, 1), etag: '"1"' });
  const first = await read({}, signal);
  assert.ok(first.kind === 'bytes');
  assert.deepEqual([...first.bytes], [0xff, 1]);
  assert.deepEqual(await read(first.validators, signal), { kind: 'unchanged' });
});

test('a URL that needs a signature is requested with one, which no message contains', async () => {
  await using server = await FakeProviders.start();
  const sign = (url: string) => Promise.resolve(`${url}?X-Amz-Signature=secret`);
  const url = `${server.origin}/archeio/inventory`;
  const read = inventorySource({ url }, { ...PARTS, sign });
  await assert.rejects(read({}, signal), {
    message: `cannot fetch ${url}: status 404, expected 200`,
  });
  const body = Buffer.of(1);
  server.files.set('/archeio/inventory?X-Amz-Signature=secret', { body, etag: '"1"' });
  const first = await read({}, signal);
  assert.ok(first.kind === 'bytes');
  assert.deepEqual(await read(first.validators, signal), { kind: 'unchanged' });
});

test('without credentials, no request is sent and the reason is reported', async () => {
  await using server = await FakeProviders.start();
  const sign = () => Promise.reject(new StatedError('there are no credentials'));
  const url = `${server.origin}/archeio/inventory`;
  await assert.rejects(inventorySource({ url }, { ...PARTS, sign })({}, signal), {
    message: `cannot sign the request for ${url}: there are no credentials`,
  });
  assert.deepEqual(server.seen, []);
});
