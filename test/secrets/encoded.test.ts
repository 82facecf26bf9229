import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { brotliCompressSync, createGzip, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { RUNTIMES } from '../parts/archeio-process.ts';
import { run } from '../parts/command.ts';
import { ROOT } from '../../tools/source-files.ts';

const ENCODERS = {
  gzip: gzipSync,
  br: brotliCompressSync,
  deflate: deflateSync,
  zstd: zstdCompressSync,
};

/** An endless stream of zeros. */
const ZEROS = Buffer.alloc(1024 * 1024);

const server = createServer((request, response) => {
  const way = (request.url ?? '').slice(1);
  response.on('error', () => undefined);
  for (const [encoding, encode] of Object.entries(ENCODERS))
    if (encoding === way)
      response.writeHead(200, { 'content-encoding': encoding }).end(encode(`read by ${encoding}`));
  if (way !== 'bomb' && way !== 'endless') return;
  const gzip = createGzip();
  response.writeHead(200, way === 'bomb' ? { 'content-encoding': 'gzip' } : {});
  if (way === 'bomb') gzip.pipe(response);
  const write = (): void => {
    if (response.closed) return;
    const target = way === 'bomb' ? gzip : response;
    if (target.write(ZEROS)) setImmediate(write);
    else target.once('drain', write);
  };
  write();
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
after(() => {
  server.closeAllConnections();
  server.close();
});
const address = server.address();
const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`;

for (const runtime of RUNTIMES)
  test(`bodies are decompressed as they are counted on ${runtime}: a bomb and an endless body end at the limit`, async () => {
    const ways = [...Object.keys(ENCODERS), 'bomb', 'endless', 'bomb', 'endless'];
    const { stdout, stderr } = await run(join(ROOT, 'node_modules/.bin', runtime), [
      join(ROOT, 'test/secrets/fetch-encoded.ts'),
      ...ways.map((way) => `${origin}/${way}`),
    ]);
    const tooLong = 'it is longer than 1000000 bytes';
    const lines = stdout.trim().split('\n');
    assert.deepEqual(lines.slice(0, -1), [
      ...Object.keys(ENCODERS).map((encoding) => `read by ${encoding}`),
      tooLong,
      tooLong,
      tooLong,
      tooLong,
    ]);
    assert.equal(stderr, '');
    assert.ok(Number(lines.at(-1)) < 400, `${lines.at(-1)} MiB`);
  });
