import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { Outcome } from '../parts/command.ts';
import { FakeRegistry } from './fake-registry.ts';
import { runMirror, type Summary, summaryOf, writeMirrorConfiguration } from './mirror-command.ts';
import { MIB } from './pushed-images.ts';

/** Faults of sources, each with the test's own source and a directory. */

let folder: string;
let disk: string;
let registry: FakeRegistry;
let layer: { digest: string; size: number };
let small: { digest: string };
const smallBytes = randomBytes(1000);

const fileOf = (digest: string): string => join(disk, 'containers/images', digest);
const isLayer = (url: string | undefined): boolean => url?.endsWith(layer.digest) === true;

function sync(
  more: object = {},
  args: readonly string[] = ['--json'],
  requestsPerSecond = 0,
  command: 'plan' | 'sync' = 'sync',
): Promise<Outcome> {
  const configuration = writeMirrorConfiguration(folder, {
    source: {
      url: registry.url,
      repositories: { from: 'list', names: ['app'] },
      referrers: false,
      ...more,
    },
    destinations: [{ name: 'disk', type: 'directory', path: disk }],
    limits: { requestsPerSecond },
  });
  return runMirror([command, ...args], configuration, { folder });
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'archeio-mirror-'));
  disk = join(folder, 'disk');
  registry = await FakeRegistry.start();
  layer = registry.blob('app', randomBytes(9 * MIB));
  small = registry.blob('app', smallBytes);
  registry.manifest('app', { schemaVersion: 2, config: small, layers: [layer] }, 'v1');
});
afterEach(async () => {
  await registry[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

function assertMirrored(outcome: Outcome): Summary {
  const summary = summaryOf(outcome);
  assert.deepEqual([summary.failed, summary.problems, summary.records], [0, [], 1]);
  assert.equal(readFileSync(fileOf(layer.digest)).length, layer.size);
  return summary;
}

/** Nothing of the layer is stored, not even unfinished; the other blob is stored, and there is no record. */
function assertRefused({ code, stdout, stderr }: Outcome, why: RegExp): void {
  assert.equal(code, 1);
  assert.match(stderr, why);
  assert.doesNotMatch(stderr, /\n\s+at /);
  assert.ok(!existsSync(fileOf(layer.digest)));
  assert.ok(existsSync(fileOf(small.digest)));
  assert.deepEqual(readdirSync(join(disk, 'archeio')).toSorted(), ['sources', 'unfinished']);
  assert.deepEqual(readdirSync(join(disk, 'archeio/unfinished')), []);
  assert.equal(JSON.parse(stdout).failed, 1);
}

test('a truncated body is resumed where it ended', async () => {
  let cuts = 0;
  registry.trouble = (request, response, content) => {
    if (!isLayer(request.url) || cuts === 2 || content === undefined) return false;
    const from = Number(/\d+/.exec(request.headers.range ?? '0')?.[0]);
    cuts++;
    response.writeHead(from === 0 ? 200 : 206, {
      'content-length': content.length - from,
      ...(from > 0 && { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }),
    });
    response.write(content.subarray(from, from + 3 * MIB), () =>
      setTimeout(() => response.destroy(), 100),
    );
    return true;
  };
  assertMirrored(await sync());
  const reads = registry.asked.filter((line) => line.includes(layer.digest));
  assert.equal(reads.length, 3);
  assert.ok(reads.slice(1).every((line) => / bytes=[1-9]\d*-$/.test(line)));
});

test('a source without ranges is read again from the start, and no byte is written twice', async () => {
  let cut = false;
  registry.trouble = (request, response, content) => {
    if (!isLayer(request.url) || content === undefined) return false;
    response.writeHead(200, { 'content-length': content.length });
    if (cut) response.end(content);
    else
      response.write(content.subarray(0, 5 * MIB), () => setTimeout(() => response.destroy(), 100));
    cut = true;
    return true;
  };
  assertMirrored(await sync());
});

test('a wrong byte is never stored, and is reported', async () => {
  registry.trouble = (request, response, content) => {
    if (!isLayer(request.url) || content === undefined) return false;
    const wrong = Buffer.from(content);
    wrong[wrong.length - 1] ^= 1;
    response.writeHead(200, { 'content-length': wrong.length }).end(wrong);
    return true;
  };
  assertRefused(
    await sync(),
    /app sha256:\w+: blob sha256:\w+ has digest sha256:\w+ at the source/,
  );
});

test('a blob longer than its manifest states is never stored', async () => {
  registry.trouble = (request, response, content) => {
    if (!isLayer(request.url) || content === undefined) return false;
    response.writeHead(200).end(Buffer.concat([content, content]));
    return true;
  };
  assertRefused(await sync(), /at the source, but its manifest says 9437184/);
});

test('an overloaded source is left alone for as long as it asks', async () => {
  let refusals = 0;
  let first = 0;
  let waited = 0;
  registry.trouble = (request, response) => {
    if (!isLayer(request.url)) return false;
    if (refusals++ === 0) {
      first = performance.now();
      response.writeHead(429, { 'retry-after': '1' }).end();
      return true;
    }
    waited = performance.now() - first;
    return false;
  };
  assertMirrored(await sync());
  assert.ok(waited >= 990, 'it came back no earlier than it was told to');
});

test('server errors of the source are retried', async () => {
  let failures = 0;
  registry.trouble = (request, response) => {
    if (!request.url?.includes('/manifests/') || failures++ > 0) return false;
    response.writeHead(503).end();
    return true;
  };
  assertMirrored(await sync());
});

test('a revoked token is fetched again', async () => {
  let tokens = 0;
  registry.trouble = (request, response) => {
    if (request.url?.startsWith('/token')) {
      response.writeHead(200).end(JSON.stringify({ token: `token-${++tokens}`, expires_in: 3600 }));
      return true;
    }
    // From the first blob on, the registry rejects the first token.
    const expected = registry.asked.some((line) => line.includes('/blobs/'))
      ? /token-[2-9]/
      : /token-/;
    if (expected.test(request.headers.authorization ?? '')) return false;
    response
      .writeHead(401, { 'www-authenticate': `Bearer realm="${registry.url}/token",service="s"` })
      .end();
    return true;
  };
  assertMirrored(await sync());
  assert.ok(tokens >= 2);
});

test('a token does not expire while its request waits for its turn', async () => {
  const layers = Array.from({ length: 12 }, () => registry.blob('app', randomBytes(100)));
  registry.manifest('app', { schemaVersion: 2, config: small, layers }, 'v1');
  const given = new Map<string, number>();
  let late = 0;
  registry.trouble = ({ url, headers }, response) => {
    if (url?.startsWith('/token')) {
      const token = `token-${given.size}`;
      given.set(`Bearer ${token}`, performance.now());
      response.writeHead(200).end(JSON.stringify({ token, expires_in: 3600 }));
      return true;
    }
    const since = given.get(headers.authorization ?? '');
    if (since !== undefined && performance.now() - since < 1000) return false;
    if (since !== undefined) late++;
    response
      .writeHead(401, { 'www-authenticate': `Bearer realm="${registry.url}/token",service="s"` })
      .end();
    return true;
  };
  const summary = summaryOf(await sync({}, ['--json'], 6));
  assert.deepEqual([summary.blobs, summary.problems], [13, []]);
  assert.ok(late > 0);
});

test('a failing repository does not stop the rest', async () => {
  const { code, stdout, stderr } = await sync({
    repositories: { from: 'list', names: ['nowhere', 'app'] },
  });
  assert.equal(code, 1);
  assert.match(stderr, /nowhere: cannot read .* answered 404 \(NOT_FOUND\)/);
  assert.equal(JSON.parse(stdout).records, 1);
  assert.ok(existsSync(fileOf(layer.digest)));
});

test('neither plan nor sync counts a repository that does not exist', async () => {
  const configuration = { repositories: { from: 'list', names: ['nowhere', 'app'] } };
  for (const command of ['plan', 'sync'] as const) {
    const { code, stdout, stderr } = await sync(configuration, ['--json'], 0, command);
    assert.equal(code, 1);
    assert.match(stderr, /nowhere: cannot read .* answered 404/);
    const { repositories, tags } = JSON.parse(stdout);
    assert.deepEqual([repositories, tags], [1, 1], command);
  }
});

test('missing credentials are reported, and nothing is read', async () => {
  registry.trouble = (_, response) => {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    return true;
  };
  const { code, stdout, stderr } = await sync();
  assert.equal(code, 1);
  const { problems, blobs } = JSON.parse(stdout);
  assert.equal(blobs, 0);
  assert.match(problems[0].why, /^the registry .* requires credentials/);
  assert.match(stderr, /the registry 127\.0\.0\.1:\d+ requires credentials.*run "docker login/);
  // The answer of /v2/ decides nothing: repositories are requested as well.
  assert.deepEqual([...new Set(registry.asked)], ['GET /v2/', 'GET /v2/app/tags/list?n=1000']);
});

test('schema 1: layers without stated sizes are copied', async () => {
  const old = registry.blob('old', randomBytes(10 * MIB));
  const empty = registry.blob('old', Buffer.alloc(0));
  const mediaType = 'application/vnd.docker.distribution.manifest.v1+json';
  registry.manifest(
    'old',
    {
      schemaVersion: 1,
      mediaType,
      fsLayers: [old, empty, old].map(({ digest }) => ({ blobSum: digest })),
    },
    'v1',
  );
  const names = { repositories: { from: 'list', names: ['old'] } };
  const summary = summaryOf(await sync(names));
  assert.deepEqual([summary.blobs, summary.bytes, summary.records], [2, old.size, 1]);
  assert.equal(readFileSync(fileOf(empty.digest)).length, 0);
  assert.equal(readFileSync(fileOf(old.digest)).length, old.size);
});

test('foreign layers are reported and not copied; artifacts and their referrers are copied', async () => {
  const foreign = { ...layer, urls: ['https://elsewhere.example/layer'] };
  const signature = registry.blob('app', randomBytes(500));
  const subject = registry.manifest(
    'app',
    { schemaVersion: 2, config: small, layers: [foreign] },
    'v1',
  );
  const referrer = registry.manifest('app', {
    schemaVersion: 2,
    artifactType: 'application/x-signature',
    config: small,
    layers: [signature],
    subject,
  });
  registry.add(
    `/v2/app/referrers/${subject.digest}`,
    JSON.stringify({ schemaVersion: 2, manifests: [referrer] }),
  );
  const plain = await sync({ referrers: true }, []);
  assert.equal(plain.code, 0, plain.stderr);
  assert.match(plain.stdout, /not copied, available elsewhere: 1 layer/);
  assert.ok(existsSync(fileOf(signature.digest)));
  assert.ok(!existsSync(fileOf(layer.digest)));
});

test("Google's lists: one request per repository, and none for tags", async () => {
  const list = (name: string, child: string[], manifest: object): void =>
    registry.add(`/v2/${name}tags/list`, JSON.stringify({ name, child, manifest, tags: [] }));
  const { digest } = registry.manifest(
    'top/app',
    { schemaVersion: 2, config: small, layers: [] },
    'v1',
  );
  registry.blob('top/app', smallBytes);
  list('', ['top', 'app'], {});
  list('top/', ['app'], {});
  list('top/app/', [], { [digest]: { tag: ['v1'], timeUploadedMs: '1' } });
  list('app/', [], {});
  const google = { repositories: { from: 'google' }, path: 'top' };
  assert.equal(summaryOf(await sync(google)).records, 1);
  registry.asked.length = 0;
  assert.equal(summaryOf(await sync(google)).passed, 1);
  assert.deepEqual(registry.asked, [
    'GET /v2/',
    'GET /v2/top/tags/list',
    'GET /v2/top/app/tags/list',
  ]);
});
