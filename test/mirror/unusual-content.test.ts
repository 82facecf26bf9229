import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { RUNTIMES, type Runtime } from '../parts/archeio-process.ts';
import { FakeRegistry } from './fake-registry.ts';
import { FakeS3 } from './fake-s3.ts';
import { runMirror, type Summary, writeMirrorConfiguration } from './mirror-command.ts';
import { keyOf } from './place.ts';

/** Rare but valid content of registries and buckets, copied to a bucket and a directory. */

let folder: string;
let registry: FakeRegistry;
let s3: FakeS3;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'archeio-mirror-'));
  registry = await FakeRegistry.start();
  s3 = await FakeS3.start();
});
afterEach(async () => {
  await registry[Symbol.asyncDispose]();
  await s3[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

interface Told extends Summary {
  readonly code: number | null;
  readonly stderr: string;
}

async function sync(
  runtime: Runtime,
  { endpoint = s3.url, platforms }: { endpoint?: string; platforms?: readonly string[] } = {},
): Promise<Told> {
  const bucket = { type: 's3', bucket: 'bucket', region: 'us-east-1', forcePathStyle: true };
  const configuration = writeMirrorConfiguration(folder, {
    source: {
      url: registry.url,
      repositories: { from: 'list', names: ['app'] },
      referrers: false,
      ...(platforms && { platforms }),
    },
    destinations: [
      { name: 'bucket', ...bucket, endpoint },
      { name: 'disk', type: 'directory', path: `${join(folder, 'disk')}/` },
    ],
    limits: { requestsPerSecond: 0 },
  });
  const { code, stdout, stderr } = await runMirror(['sync', '--json'], configuration, {
    folder,
    runtime,
  });
  return { ...JSON.parse(stdout), code, stderr };
}

const fileOf = (digest: string): string => join(folder, 'disk', keyOf(digest));
const inBucket = (digest: string, path = ''): number | undefined =>
  s3.objects.get(`${path}/bucket/${keyOf(digest)}`);

for (const runtime of RUNTIMES) {
  // regclient/regclient#610; image-spec 1.1, descriptor.md, "data"
  test(`empty blobs, and blobs that descriptors embed, are mirrored: ${runtime}`, async () => {
    const empty = registry.blob('app', Buffer.alloc(0));
    const config = registry.blob('app', Buffer.from('{}'));
    const data = Buffer.from('{}').toString('base64');
    registry.manifest(
      'app',
      { schemaVersion: 2, config: { ...config, data }, layers: [empty, empty] },
      'v1',
    );
    const { code, blobs, records, stderr } = await sync(runtime);
    assert.deepEqual([code, blobs, records], [0, 2, 1], stderr);
    for (const { digest, size } of [empty, config]) {
      assert.equal(inBucket(digest), size);
      assert.equal(readFileSync(fileOf(digest)).length, size);
    }
  });

  // goharbor/harbor#7853, moby/moby#19400
  test(`manifests are recognized by their content, for any media type: ${runtime}`, async () => {
    const types = ['text/plain', 'application/octet-stream', 'application/json', ''];
    types.forEach((type, number) => {
      const layer = registry.blob('app', randomBytes(100));
      const text = JSON.stringify({ schemaVersion: 2, config: layer, layers: [layer] });
      const { digest } = registry.manifest('app', JSON.parse(text), `v${number}`);
      for (const reference of [digest, `v${number}`])
        registry.add(`/v2/app/manifests/${reference}`, text, type);
    });
    registry.tags('app', ...types.keys().map((number) => `v${number}`));
    const { code, blobs, records, stderr } = await sync(runtime);
    assert.deepEqual([code, blobs, records], [0, types.length, types.length], stderr);
  });

  // distribution/distribution#4939: garbage collection took a blob of a manifest that is still there.
  test(`a blob that the registry lost is a problem, and everything else is mirrored: ${runtime}`, async () => {
    const [lost, kept, shared] = [1, 2, 3].map(() => registry.blob('app', randomBytes(100)));
    registry.manifest('app', { schemaVersion: 2, config: shared, layers: [lost] }, 'v1');
    registry.manifest('app', { schemaVersion: 2, config: shared, layers: [kept] }, 'v2');
    registry.tags('app', 'v1', 'v2');
    registry.trouble = ({ url = '' }, response) => {
      if (!url.endsWith(lost.digest)) return false;
      response.writeHead(404).end('{"errors":[{"code":"BLOB_UNKNOWN"}]}');
      return true;
    };
    const { code, blobs, records, failed, problems } = await sync(runtime);
    assert.deepEqual([code, blobs, records, failed], [1, 2, 1, 1]);
    assert.deepEqual(
      problems.map(({ reference }) => reference),
      [lost.digest],
    );
    for (const { digest } of [kept, shared]) assert.ok(existsSync(fileOf(digest)));
  });

  // aws/aws-sdk-js-v3#8005
  test(`a clock that jumps in the middle of a run costs no blob: ${runtime}`, async () => {
    const tags = Array.from({ length: 40 }, (_, number) => `v${number}`);
    for (const tag of tags) {
      const layer = registry.blob('app', randomBytes(100));
      registry.manifest('app', { schemaVersion: 2, layers: [layer] }, tag);
    }
    registry.tags('app', ...tags);
    let puts = 0;
    s3.trouble = ({ method, url = '', headers }, response) => {
      if (method === 'PUT' && url.includes('containers/')) puts++;
      const now = Date.now() + (puts > 3 ? 3_600_000 : 0);
      response.setHeader('date', new Date(now).toUTCString());
      const [, day, time] = /^(\d{8})T(\d{6})Z$/.exec(String(headers['x-amz-date'])) ?? [];
      const sent = Date.parse(
        `${day?.replace(/(....)(..)(..)/, '$1-$2-$3')}T${time?.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`,
      );
      if (Math.abs(sent - now) < 15 * 60_000) return false;
      response.writeHead(403).end('<Error><Code>RequestTimeTooSkewed</Code></Error>');
      return true;
    };
    const { code, blobs, records, stderr } = await sync(runtime);
    assert.deepEqual([code, blobs, records], [0, tags.length, tags.length], stderr);
  });
}

test('an endpoint is used as configured, with a path or a trailing slash', async () => {
  const layer = registry.blob('app', randomBytes(100));
  registry.manifest('app', { schemaVersion: 2, layers: [layer] }, 'v1');
  for (const [end, path] of [
    ['/', ''],
    ['/s3', '/s3'],
    ['/s3/', '/s3'],
  ]) {
    s3.objects.clear();
    rmSync(join(folder, 'disk'), { recursive: true, force: true });
    const { code, stderr } = await sync('node', { endpoint: `${s3.url}${end}` });
    assert.deepEqual([code, inBucket(layer.digest, path)], [0, layer.size], stderr);
  }
});

// openshift/oc-mirror#1526
test('attestations of the selected platforms are mirrored, and those of others are not', async () => {
  interface Added {
    readonly blob: string;
    readonly digest: string;
    readonly described: object;
  }
  const add = (): Added => {
    const layer = registry.blob('app', randomBytes(100));
    const described = registry.manifest('app', { schemaVersion: 2, layers: [layer] });
    return { blob: layer.digest, digest: described.digest, described };
  };
  const on = ({ described }: Added, architecture: string): object => ({
    ...described,
    platform: { os: 'linux', architecture },
  });
  const about = ({ described }: Added, digest: string): object => ({
    ...described,
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: {
      'vnd.docker.reference.digest': digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    },
  });
  const [amd64, arm64, ofAmd64, ofArm64] = [add(), add(), add(), add()];
  registry.manifest(
    'app',
    {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [
        on(amd64, 'amd64'),
        on(arm64, 'arm64'),
        about(ofAmd64, amd64.digest),
        about(ofArm64, arm64.digest),
      ],
    },
    'v1',
  );
  const { code, blobs, stderr } = await sync('node', { platforms: ['linux/amd64'] });
  assert.deepEqual([code, blobs], [0, 2], stderr);
  for (const { blob } of [amd64, ofAmd64]) assert.ok(existsSync(fileOf(blob)));
  for (const { blob } of [arm64, ofArm64]) assert.ok(!existsSync(fileOf(blob)));
});
