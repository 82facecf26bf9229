import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { S3Destination } from '../../packages/mirror/src/destination/s3/s3-destination.ts';
import { RUNTIMES, type Runtime } from '../parts/archeio-process.ts';
import { unavailable } from '../parts/availability.ts';
import { must, type Outcome } from '../parts/command.ts';
import { startRadosgw } from '../parts/radosgw.ts';
import { Bucket } from './bucket.ts';
import { digestOf, FakeRegistry } from './fake-registry.ts';
import { FakeS3, slowDown } from './fake-s3.ts';
import {
  runMirror,
  S3_ENVIRONMENT,
  summaryOf,
  writeMirrorConfiguration,
} from './mirror-command.ts';
import { MIB } from './pushed-images.ts';

describe('faults of destinations', () => {
  let folder: string;
  let registry: FakeRegistry;
  let s3: FakeS3;
  let layers: readonly { digest: string; size: number }[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'archeio-mirror-'));
    registry = await FakeRegistry.start();
    s3 = await FakeS3.start();
    layers = [9 * MIB, 5000].map((size) => registry.blob('app', randomBytes(size)));
    registry.manifest('app', { schemaVersion: 2, layers }, 'v1');
  });
  afterEach(async () => {
    await s3[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  function sync(
    disk: string,
    runtime: Runtime = 'node',
    environment: Readonly<Record<string, string>> = S3_ENVIRONMENT,
  ): Promise<Outcome> {
    const configuration = writeMirrorConfiguration(folder, {
      source: {
        url: registry.url,
        repositories: { from: 'list', names: ['app'] },
        referrers: false,
      },
      destinations: [
        {
          name: 'bucket',
          type: 's3',
          bucket: 'bucket',
          region: 'us-east-1',
          endpoint: s3.url,
          forcePathStyle: true,
        },
        { name: 'disk', type: 'directory', path: disk },
      ],
      limits: { requestsPerSecond: 0 },
    });
    return runMirror(['sync', '--json'], configuration, { folder, runtime, environment });
  }

  test('an empty object in a bucket is copied again, once', async () => {
    const disk = join(folder, 'disk');
    assert.equal(summaryOf(await sync(disk)).failed, 0);
    const [{ digest, size }] = layers;
    const key = `/bucket/containers/images/${digest}`;
    s3.objects.set(key, 0);
    const repaired = summaryOf(await sync(disk));
    assert.deepEqual([repaired.blobs, repaired.failed, s3.objects.get(key)], [1, 0, size]);
    assert.equal(summaryOf(await sync(disk)).blobs, 0);
  });

  for (const runtime of RUNTIMES) {
    test(`requests that S3 throttles are retried without reading the source again: ${runtime}`, async () => {
      const refused = new Set<string>();
      s3.trouble = ({ method, url = '' }, response) => {
        const request = `${method} ${url}`;
        if (refused.has(request) || method === 'GET') return false;
        refused.add(request);
        slowDown(response);
        return true;
      };
      const summary = summaryOf(await sync(join(folder, 'disk'), runtime));
      assert.deepEqual([summary.failed, summary.records], [0, 1]);
      for (const { digest, size } of layers) {
        assert.equal(s3.objects.get(`/bucket/containers/images/${digest}`), size);
        assert.equal(registry.asked.filter((line) => line.includes(digest)).length, 1);
      }
    });
  }

  test("a run that finishes a blob second keeps the first one's, and leaves no parts behind", async () => {
    s3.trouble = ({ headers }, response) => {
      if (headers['if-none-match'] !== '*') return false;
      response.writeHead(412).end('<Error><Code>PreconditionFailed</Code></Error>');
      return true;
    };
    assert.equal(summaryOf(await sync(join(folder, 'disk'))).records, 1);
    assert.equal([...s3.objects.keys()].filter((key) => key.includes('/containers/')).length, 0);
    // One of them aborts the upload that tested whether the bucket is writable.
    assert.equal(s3.asked.filter((line) => line.startsWith('DELETE')).length, 2);
  });

  test('a server without conditional puts is tried with one once, and then gets plain ones', async () => {
    const conditional: string[] = [];
    s3.trouble = ({ headers, method = '' }, response) => {
      if (headers['if-none-match'] !== '*') return false;
      conditional.push(method);
      response.writeHead(501).end('<Error><Code>NotImplemented</Code></Error>');
      return true;
    };
    assert.equal(summaryOf(await sync(join(folder, 'disk'))).records, 1);
    for (const { digest, size } of layers)
      assert.equal(s3.objects.get(`/bucket/containers/images/${digest}`), size);
    assert.deepEqual([...new Set(conditional)].toSorted(), ['POST', 'PUT']);
  });

  for (const [status, isFailure] of [
    [403, false],
    [501, false],
    [400, true],
  ] as const) {
    test(`a bucket that answers ${status} to a list of unfinished uploads still gets its copies`, async () => {
      s3.trouble = ({ method, url = '' }, response) => {
        if (method !== 'GET' || !/[?&]uploads/.test(url)) return false;
        response.writeHead(status).end('<Error><Code>Refused</Code></Error>');
        return true;
      };
      const { code, stdout, stderr } = await sync(join(folder, 'disk'));
      assert.equal(code, isFailure ? 1 : 0, stderr);
      assert.match(stderr, /cannot clean up after earlier runs: destination "bucket": cannot/);
      const { records, failed, notes, problems } = JSON.parse(stdout);
      assert.deepEqual([records, failed], [1, 0]);
      assert.deepEqual([notes.length, problems.length], isFailure ? [0, 1] : [1, 0]);
      for (const { digest, size } of layers)
        assert.equal(s3.objects.get(`/bucket/containers/images/${digest}`), size);
    });
  }

  test('a bucket that refuses requests later does not keep copies from the other destination', async () => {
    s3.trouble = ({ method, url = '' }, response) => {
      if (method !== 'PUT' || !url.includes('/containers/')) return false;
      response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>');
      return true;
    };
    const { code, stdout, stderr } = await sync(join(folder, 'disk'));
    assert.equal(code, 1);
    assert.match(stderr, /destination "bucket": cannot write the blob: AccessDenied/);
    const { records, destinations } = JSON.parse(stdout);
    assert.equal(records, 0);
    assert.deepEqual(
      destinations.map(({ name, blobs }: { name: string; blobs: number }) => [name, blobs]),
      [
        ['bucket', 0],
        ['disk', 2],
      ],
    );
  });

  test('missing S3 credentials are reported before anything is read', async () => {
    const nobody = { AWS_EC2_METADATA_DISABLED: 'true' };
    const { code, stdout, stderr } = await sync(join(folder, 'disk'), 'node', nobody);
    assert.equal(code, 1);
    assert.match(JSON.parse(stdout).error, /^destination "bucket" has no AWS credentials/);
    assert.match(
      stderr,
      /^archeio: destination "bucket" has no AWS credentials: set AWS_ACCESS_KEY_ID /,
    );
    assert.deepEqual(registry.asked, []);
  });

  const root = unavailable(['mount', 'umount'], 'root');
  test(
    'with a full disk, nothing incomplete is stored, and the bucket has everything',
    { skip: root },
    async () => {
      const disk = join(folder, 'small');
      mkdirSync(disk);
      await must('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', disk]);
      try {
        const { code, stdout, stderr } = await sync(disk);
        assert.equal(code, 1);
        assert.match(
          stderr,
          /sha256:\w+: destination "disk": cannot write the blob: no space is left on the device \(ENOSPC\)/,
        );
        const [large, small] = layers.map(({ digest }) => join(disk, 'containers/images', digest));
        assert.deepEqual([existsSync(large), existsSync(small)], [false, true]);
        assert.equal(JSON.parse(stdout).records, 0);
        for (const { digest } of layers)
          assert.ok(s3.objects.has(`/bucket/containers/images/${digest}`));
      } finally {
        await must('umount', [disk]);
      }
    },
  );
});

test(
  'real S3 refuses bytes that do not match their SHA-256, and the next run removes the write test of a killed run',
  { skip: unavailable('radosgw ceph-mon ceph-osd radosgw-admin'.split(' ')) },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'archeio-mirror-'));
    const radosgw = await startRadosgw(folder);
    Object.assign(process.env, S3_ENVIRONMENT);
    try {
      await radosgw.makeBucket('sums');
      const bucket = new Bucket(radosgw.url, 'sums');
      const destination = new S3Destination(
        {
          name: 'sums',
          bucket: 'sums',
          region: 'us-east-1',
          key: '{digest}',
          endpoint: radosgw.url,
          forcePathStyle: true,
        },
        process.env,
      );
      const [right, wrong] = [Buffer.alloc(6 * MIB, 'a'), Buffer.alloc(6 * MIB, 'b')];
      const digest = digestOf(right);
      const sha256 = (): Buffer => createHash('sha256').update(right).digest();
      for (const size of [right.length, 2 * right.length]) {
        const partSize = right.length;
        const before = await bucket.keys();
        const writer = await destination.begin({ digest, size, partSize, replace: false });
        await assert.rejects(writer.write(wrong, 0, sha256), /XAmzContentSHA256Mismatch/);
        await writer.abandon();
        assert.deepEqual([await bucket.keys(), await bucket.unfinished()], [before, []]);
        const again = await destination.begin({ digest, size, partSize, replace: true });
        await again.write(right, 0, sha256);
        await again.abandon();
      }
      assert.deepEqual(await bucket.keys(), [digest]);

      // Leftover of a run that was killed during its write test.
      await bucket.beginUpload(`sha256:${'0'.repeat(64)}`);
      await bucket.beginUpload(`sha256:${'1'.repeat(64)}`);
      await destination.checkWritable();
      await destination.tidy();
      assert.deepEqual(await bucket.unfinished(), [`sha256:${'1'.repeat(64)}`]);
      destination.close();
    } finally {
      await radosgw[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    }
  },
);
