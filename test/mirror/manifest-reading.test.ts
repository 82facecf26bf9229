import assert from 'node:assert/strict';
import { pipeline, Readable } from 'node:stream';
import { afterEach, beforeEach, test } from 'node:test';
import { parseManifest } from '@archeio/oci-distribution';
import { digestOf, FakeRegistry } from './fake-registry.ts';
import { readBytes } from '../../packages/mirror/src/source/registry/read-bytes.ts';
import { openSource } from './opened-source.ts';

/** Resolving tags, and digests as digests of bytes. */

const PRETTY = 'application/vnd.docker.distribution.manifest.v1+prettyjws';

let registry: FakeRegistry;
let digest: string;

beforeEach(async () => {
  registry = await FakeRegistry.start();
  const config = registry.blob('app', Buffer.from('{}'));
  ({ digest } = registry.manifest('app', { schemaVersion: 2, config, layers: [] }, 'v1', 'v2'));
});
afterEach(() => registry[Symbol.asyncDispose]());

/** Changes the answer to HEAD of a manifest. */
function answerHead(status: number, headers: Readonly<Record<string, string>> = {}): void {
  registry.trouble = ({ method, url = '' }, response) => {
    if (method !== 'HEAD' || !url.includes('/manifests/')) return false;
    response.writeHead(status, headers).end();
    return true;
  };
}

const heads = (): number => registry.asked.filter((line) => line.startsWith('HEAD ')).length;

test('a tag is resolved if HEAD is refused, with any status', async () => {
  // google/go-containerregistry#971, crazy-max/diun#1614
  for (const status of [400, 401, 403, 404, 405, 406, 410, 415, 418, 500, 501, 503]) {
    answerHead(status);
    const { digest: found, manifest } = await openSource(registry.url).resolve('app', 'v1');
    assert.deepEqual([found, manifest?.digest], [digest, digest], String(status));
  }
});

test('a registry without HEAD is asked with it once', async () => {
  for (const [status, expected] of [
    [405, 1],
    [501, 1],
    [403, 3],
  ] as const) {
    answerHead(status);
    registry.asked.length = 0;
    const source = openSource(registry.url);
    for (const tag of ['v1', 'v2', 'v1']) await source.resolve('app', tag);
    assert.equal(heads(), expected, String(status));
  }
  // Eight attempts, and no more.
  answerHead(500);
  registry.asked.length = 0;
  const source = openSource(registry.url);
  for (const tag of ['v1', 'v2', 'v1']) await source.resolve('app', tag);
  assert.equal(heads(), 8);
});

test('a registry that throttles HEAD is not asked with GET instead', async () => {
  answerHead(429);
  await assert.rejects(openSource(registry.url).resolve('app', 'v1'), /answered 429/);
  assert.ok(registry.asked.every((line) => line.startsWith('HEAD ')));
});

test('a tag is resolved if HEAD names no digest that can be verified', async () => {
  for (const said of [
    undefined,
    '',
    'sha256:short',
    digest.toUpperCase(),
    `${digest}, ${digest}`,
    `blake3:${'a'.repeat(64)}`,
    'md5:abcdef',
  ]) {
    answerHead(200, said === undefined ? {} : { 'docker-content-digest': said });
    const resolved = await openSource(registry.url).resolve('app', 'v1');
    assert.equal(resolved.digest, digest, String(said));
  }
});

test('the digest of a manifest read by tag is that of its bytes, whatever the registry states', async () => {
  const bytes = Buffer.from('{"schemaVersion":2,"layers":[]}');
  const sha512 = `sha512:${'b'.repeat(128)}`;
  for (const said of ['', `sha256:${'a'.repeat(64)}`, sha512, `blake3:${'a'.repeat(64)}`]) {
    const headers = { 'docker-content-digest': said };
    registry.add('/v2/app/manifests/other', bytes, 'application/json', headers);
    const { digest: found } = await openSource(registry.url).taggedManifest('app', 'other');
    assert.equal(found, digestOf(bytes));
  }
});

test('the digest of a signed schema 1 manifest is the one the registry states', async () => {
  const text = JSON.stringify({ schemaVersion: 1, fsLayers: [], signatures: [] });
  const said = { 'docker-content-digest': `sha256:${'a'.repeat(64)}` };
  for (const type of [PRETTY, `${PRETTY}; charset=utf-8`, PRETTY.toUpperCase()]) {
    registry.add('/v2/app/manifests/old', text, type, said);
    registry.add(`/v2/app/manifests/${said['docker-content-digest']}`, text, type);
    const source = openSource(registry.url);
    const { digest: found } = await source.taggedManifest('app', 'old');
    assert.equal(found, said['docker-content-digest'], type);
    assert.equal((await source.manifest('app', found)).digest, found);
  }
});

// google/go-containerregistry#617, goharbor/harbor#7853, moby/moby#19400
test('the digest of a signed schema 1 manifest is that of its signed payload, for any media type', async () => {
  const payload = JSON.stringify({ schemaVersion: 1, fsLayers: [{ blobSum: digestOf('') }] });
  const encode = (text: string): string => Buffer.from(text).toString('base64url');
  const format = { formatLength: payload.length - 1, formatTail: encode('}') };
  const signature = { protected: encode(JSON.stringify(format)) };
  const text = `${payload.slice(0, -1)},"signatures":${JSON.stringify([signature])}}`;
  const signed = digestOf(payload);
  for (const type of [PRETTY, 'text/plain', 'application/octet-stream', 'application/json', '']) {
    registry.add('/v2/app/manifests/old', text, type, { 'docker-content-digest': signed });
    registry.add(`/v2/app/manifests/${signed}`, text, type);
    const source = openSource(registry.url);
    assert.equal((await source.taggedManifest('app', 'old')).digest, signed, type);
    const found = await source.manifest('app', signed);
    assert.equal(parseManifest(found.text, found.contentType).kind, 'schema1');
    const other = `sha256:${'b'.repeat(64)}`;
    registry.add(`/v2/app/manifests/${other}`, text, type);
    await assert.rejects(source.manifest('app', other), new RegExp(`have digest ${signed}`));
  }
});

test('a manifest is hashed as bytes, never as text', async () => {
  const layer = (name: string): string => `{"digest":"sha256:${name.repeat(64)}","size":1}`;
  for (const [what, bytes, expected] of [
    ['byte order mark', Buffer.from(`\uFEFF{"layers":[${layer('a')}]}`), 'a'],
    ['CRLF', Buffer.from(`{\r\n"layers":\r\n[${layer('a')}]}\r\n`), 'a'],
    [
      'no UTF-8',
      Buffer.concat([
        Buffer.from(`{"layers":[${layer('a')}],"annotations":{"x":"`),
        Buffer.from([0xff, 0xfe, 0xc3]),
        Buffer.from('"}}'),
      ]),
      'a',
    ],
    ['a key twice', Buffer.from(`{"layers":[${layer('a')}],"layers":[${layer('b')}]}`), 'b'],
    ['beyond the BMP', Buffer.from(`{"layers":[${layer('a')}],"x":"\u{1F600} é \\ud83d"}`), 'a'],
  ] as const) {
    const name = digestOf(bytes);
    registry.add(`/v2/app/manifests/${name}`, bytes);
    registry.add('/v2/app/manifests/bytes', bytes, 'application/json', {
      'docker-content-digest': '',
    });
    const source = openSource(registry.url);
    const { text } = await source.manifest('app', name);
    const manifest = parseManifest(text);
    assert.ok(manifest.kind === 'image', what);
    assert.deepEqual(
      manifest.blobs.map((blob) => blob.digest),
      [`sha256:${expected.repeat(64)}`],
      what,
    );
    assert.equal((await source.taggedManifest('app', 'bytes')).digest, name, what);
    await assert.rejects(source.manifest('app', digest.replace(/.$/, '0')), /answered 404/);
  }
});

test('a truncated manifest is requested again, and one that is too large is refused', async () => {
  let cuts = 0;
  registry.trouble = ({ url = '' }, response, content) => {
    if (!url.endsWith(digest) || content === undefined || cuts === 2) return false;
    cuts++;
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, 10), () => response.destroy());
    return true;
  };
  assert.equal((await openSource(registry.url).manifest('app', digest)).digest, digest);
  assert.equal(cuts, 2);
  registry.trouble = () => false;
  registry.add('/v2/app/manifests/large', Buffer.alloc(33 * 1024 * 1024, ' '));
  await assert.rejects(
    openSource(registry.url).taggedManifest('app', 'large'),
    /it is larger than 32 MiB$/,
  );
});

test('a manifest without a length that never ends is refused after 32 MiB, and its connection closed', async () => {
  let sent = 0;
  const endless = function* () {
    for (const mebibyte = Buffer.alloc(1024 * 1024, ' '); ; sent++) yield mebibyte;
  };
  const closed = Promise.withResolvers<void>();
  registry.trouble = ({ url = '' }, response) => {
    if (!url.endsWith('/endless')) return false;
    response.writeHead(200);
    pipeline(Readable.from(endless()), response, () => closed.resolve());
    return true;
  };
  await assert.rejects(
    openSource(registry.url).taggedManifest('app', 'endless'),
    /cannot read manifest .*\/app\/manifests\/endless: it is larger than 32 MiB$/,
  );
  await closed.promise;
  // The sockets' buffers on both sides may be sent as well.
  assert.ok(sent < 64, `${sent} MiB were sent`);
  registry.trouble = () => false;
});

test('a manifest that trickles is given up on, although it never stalls', async (t) => {
  const dripping: NodeJS.Timeout[] = [];
  t.after(() => dripping.forEach((each) => clearInterval(each)));
  registry.trouble = (_, response) => {
    response.writeHead(200);
    dripping.push(setInterval(() => response.write(' '), 5));
    return true;
  };
  const control = new AbortController();
  const response = await fetch(registry.url, { signal: control.signal });
  const answer = { response, stop: () => control.abort() };
  await assert.rejects(readBytes(answer, 1000, 60_000, 100), /not complete within 0\.1 s$/);
  registry.trouble = () => false;
});

test('a repository without a list of tags is empty, unless the configuration names it', async () => {
  // distribution/distribution#4324
  for (const more of [
    { from: 'catalog' },
    { from: 'catalog', names: ['**'] },
    { from: 'list', names: ['*', 'other'] },
  ] as const)
    assert.deepEqual(await openSource(registry.url, more).tags('gone'), []);
  for (const from of ['list', 'catalog'] as const)
    await assert.rejects(
      openSource(registry.url, { from, names: ['gone', '*'] }).tags('gone'),
      /answered 404/,
    );
  registry.trouble = ({ url = '' }, response) => {
    if (!url.includes('/gone/tags/list')) return false;
    response.writeHead(403).end();
    return true;
  };
  await assert.rejects(openSource(registry.url, { from: 'catalog' }).tags('gone'), /answered 403/);
});
