import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { decodedChunks } from './decoded-body.ts';
import { gatherBytes } from './gather-bytes.ts';

const TEXT = 'bytes that are compressed '.repeat(100);

async function decoded(encoding: string, bytes: Uint8Array): Promise<string> {
  const chunks = decodedChunks(
    Readable.from([bytes.subarray(0, 10), bytes.subarray(10)]),
    new Headers({ 'Content-Encoding': encoding }),
    false,
  );
  return Buffer.from(await gatherBytes(chunks, 10_000)).toString();
}

for (const [encoding, bytes] of [
  ['identity', Buffer.from(TEXT)],
  ['gzip', gzipSync(TEXT)],
  ['x-gzip', gzipSync(TEXT)],
  ['GZIP', gzipSync(TEXT)],
  ['deflate', deflateSync(TEXT)],
  ['br', brotliCompressSync(TEXT)],
  ['zstd', zstdCompressSync(TEXT)],
  ['deflate, gzip', gzipSync(deflateSync(TEXT))],
] as const)
  test(`a body encoded as ${encoding} is decoded`, async () => {
    assert.equal(await decoded(encoding, bytes), TEXT);
  });

test('a body in an unknown encoding is passed on unchanged', async () => {
  assert.equal(await decoded('compress', Buffer.from(TEXT)), TEXT);
});

test('refuses a body that is encoded three times', async () => {
  await assert.rejects(decoded('gzip, gzip, gzip', gzipSync(TEXT)), {
    message: 'the body is encoded 3 times: expected once',
  });
});

test('a body that does not match its encoding fails while it is read', async () => {
  await assert.rejects(decoded('gzip', Buffer.from(TEXT)), { code: 'Z_DATA_ERROR' });
});

test('a connection failure fails the body', async () => {
  const chunks = decodedChunks(
    (async function* () {
      yield gzipSync(TEXT).subarray(0, 20);
      await Promise.resolve();
      throw new Error('closed');
    })(),
    new Headers({ 'Content-Encoding': 'gzip' }),
    false,
  );
  await assert.rejects(gatherBytes(chunks, 10_000), { message: 'closed' });
});

test('a body that the runtime decompressed is passed on unchanged', async () => {
  const headers = new Headers({ 'Content-Encoding': 'gzip' });
  const chunks = decodedChunks(Readable.from([Buffer.from(TEXT)]), headers, true);
  assert.equal(Buffer.from(await gatherBytes(chunks, 10_000)).toString(), TEXT);
});
