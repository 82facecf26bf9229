import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { decodedBody } from './decoded-body.ts';
import { fetchFollowing } from './fetch-following.ts';
import { gatherBytes } from './gather-bytes.ts';

const asked: string[] = [];
const TEXT = 'a text of some length, '.repeat(100);
const server = createServer((request, response) => {
  const url = request.url ?? '';
  asked.push(url);
  const to = (location: string): void => void response.writeHead(302, { location }).end('gone');
  const [, way = ''] = url.split('/');
  const encoders = {
    gzip: gzipSync,
    br: brotliCompressSync,
    deflate: deflateSync,
    zstd: zstdCompressSync,
  };
  if (way === 'hops') {
    const left = Number(url.split('/')[2]);
    if (left === 0) response.end(TEXT);
    else to(`/hops/${left - 1}`);
  } else if (way === 'file') to('file:///etc/hostname');
  else if (way === 'bad') to('http://[bad/');
  else if (way === 'user') to('http://user:password@127.0.0.1/');
  else if (way === 'nowhere') response.writeHead(302).end('here');
  else if (way in encoders) {
    for (const [name, encode] of Object.entries(encoders))
      if (name === way) response.writeHead(200, { 'content-encoding': name }).end(encode(TEXT));
  } else response.end(TEXT);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`;
after(() => server.close());

const options = { headers: new Headers(), signal: AbortSignal.timeout(10_000) };

async function textOf(path: string): Promise<string> {
  const response = await fetchFollowing(`${origin}${path}`, options);
  return Buffer.from(await gatherBytes(decodedBody(response), 100_000)).toString();
}

test('follows at most ten redirects and decodes the body', async () => {
  assert.equal(await textOf('/plain'), TEXT);
  assert.equal(await textOf('/hops/10'), TEXT);
  await assert.rejects(textOf('/hops/11'), { message: 'it redirects more than 10 times' });
  assert.equal(await textOf('/nowhere'), 'here');
  for (const encoding of ['gzip', 'br', 'deflate', 'zstd'])
    assert.equal(await textOf(`/${encoding}`), TEXT);
});

test('regression: says in plain words, without the URL, why it does not follow a redirect', async () => {
  for (const [path, message] of [
    ['/file', 'it redirects to a URL that is neither http nor https'],
    ['/bad', 'it redirects to something that is not a URL'],
    ['/user', 'it redirects to a URL with credentials in it'],
  ] as const)
    await assert.rejects(textOf(path), { message });
  const refuse = ({ pathname }: URL): string | undefined =>
    pathname === '/hops/1' ? 'not that one' : undefined;
  await assert.rejects(fetchFollowing(`${origin}/hops/3`, { ...options, refuse }), {
    message: 'not that one',
  });
  assert.deepEqual(asked.slice(-2), ['/hops/3', '/hops/2']);
});
