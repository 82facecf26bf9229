import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { RUNTIMES } from '../parts/archeio-process.ts';
import { unavailable } from '../parts/availability.ts';
import { must } from '../parts/command.ts';
import { digestOf, FakeRegistry } from './fake-registry.ts';
import { FakeS3 } from './fake-s3.ts';
import {
  runMirror,
  S3_ENVIRONMENT,
  type Summary,
  summaryOf,
  writeMirrorConfiguration,
} from './mirror-command.ts';
import { MIB } from './pushed-images.ts';

/** Faults of destinations. */

let folder: string;
let registry: FakeRegistry;
let layer: { digest: string };
let small: { digest: string };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'archeio-mirror-'));
  registry = await FakeRegistry.start();
  layer = registry.blob('app', randomBytes(9 * MIB));
  small = registry.blob('app', randomBytes(1000));
  registry.manifest('app', { schemaVersion: 2, config: small, layers: [layer] }, 'v1');
});
afterEach(async () => {
  await registry[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const configure = (
  destinations: readonly object[],
  bytesPerSecond: string | number = 0,
  concurrency = 32,
): string =>
  writeMirrorConfiguration(folder, {
    source: {
      url: registry.url,
      repositories: { from: 'list', names: ['app'] },
      referrers: false,
    },
    destinations,
    limits: { requestsPerSecond: 0, bytesPerSecond, concurrency },
  });

const directory = (name: string): object => ({ name, type: 'directory', path: join(folder, name) });
const fileOf = (name: string, { digest }: { digest: string }): string =>
  join(folder, name, 'containers/images', digest);

test(
  'a full disk is reported, leaves nothing behind, and does not stop another destination',
  { skip: unavailable(['mount', 'umount'], 'root') },
  async () => {
    const full = join(folder, 'full');
    mkdirSync(full);
    await must('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', full]);
    try {
      // One after the other, the small one first, which fits.
      const configuration = configure([directory('full'), directory('empty')], 0, 1);
      const first = await runMirror(['sync', '--json'], configuration, { folder });
      assert.equal(first.code, 1);
      assert.match(
        first.stderr,
        /app sha256:\w+: destination "full": cannot write the blob: .*ENOSPC/,
      );
      assert.doesNotMatch(first.stderr, /\n\s+at /);
      assert.equal(digestOf(readFileSync(fileOf('empty', layer))), layer.digest);
      assert.ok(existsSync(fileOf('full', small)) && !existsSync(fileOf('full', layer)));
      assert.deepEqual(readdirSync(join(full, 'archeio/unfinished')), []);
      assert.ok(!existsSync(join(folder, 'empty/archeio/mirrored')));

      await must('mount', ['-o', 'remount,size=32m', full]);
      const { blobs, records, destinations } = summaryOf(
        await runMirror(['sync', '--json'], configuration, { folder }),
      );
      assert.deepEqual([blobs, records, destinations.map((each) => each.blobs)], [1, 1, [1, 0]]);
      assert.equal(digestOf(readFileSync(fileOf('full', layer))), layer.digest);
    } finally {
      await must('umount', [full]);
    }
  },
);

test('missing S3 credentials are reported before anything is read', async () => {
  const s3 = { name: 's3', type: 's3', bucket: 'nobodys', region: 'us-east-1' };
  const configuration = configure([s3]);
  for (const runtime of RUNTIMES) {
    const { code, stdout, stderr } = await runMirror(['sync'], configuration, {
      folder,
      runtime,
      environment: { AWS_EC2_METADATA_DISABLED: 'true' },
    });
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(
      stderr,
      /^archeio: destination "s3" has no AWS credentials: set AWS_ACCESS_KEY_ID/,
    );
    assert.equal(stderr.trimEnd().split('\n').length, 1);
  }
  assert.deepEqual(registry.asked, []);
});

test('a directory that cannot exist is reported before anything is read', async () => {
  const path = join(folder, 'file/blobs');
  writeFileSync(join(folder, 'file'), '');
  const configuration = configure([{ name: 'disk', type: 'directory', path }]);
  const { code, stderr } = await runMirror(['sync'], configuration, { folder });
  assert.equal(code, 1);
  assert.match(stderr, /^archeio: cannot write to directory ".*file\/blobs" of .*\(ENOTDIR\)\n$/);
  assert.deepEqual(registry.asked, []);
});

test('a destination that is given up on is reported once, and the other gets everything', async () => {
  const layers = Array.from({ length: 40 }, () => registry.blob('app', randomBytes(10)));
  registry.manifest('app', { schemaVersion: 2, config: small, layers }, 'v1');
  await using s3 = await FakeS3.start();
  s3.trouble = ({ method, url = '' }, response) => {
    if (method !== 'PUT' || !url.includes('/containers/')) return false;
    response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>');
    return true;
  };
  const bucket = { name: 'broken', type: 's3', bucket: 'bucket', region: 'us-east-1' };
  const broken = { ...bucket, endpoint: s3.url, forcePathStyle: true };
  const configuration = configure([broken, directory('disk')], 0, 1);
  for (const args of [['sync', '--json'], ['sync']]) {
    rmSync(join(folder, 'disk'), { recursive: true, force: true });
    const { code, stdout, stderr } = await runMirror(args, configuration, { folder });
    assert.equal(code, 1);
    const given =
      'destination "broken" failed 10 times in a row and was skipped: 31 blobs not tried';
    assert.equal(stderr.split('\n').filter((line) => line === `archeio: ${given}`).length, 1);
    assert.match(stderr, /archeio: 11 problems, listed above\n$/);
    if (args.length === 1) {
      assert.match(stdout, /\n {2}to broken: 0 blobs, 0 B; gave up, 31 not tried\n/);
      assert.match(stdout, /\n {2}to disk: 41 blobs, .*\nfailed: 41 blobs\n$/);
      continue;
    }
    const { destinations, problems, failed } = JSON.parse(stdout);
    assert.deepEqual(
      destinations.map(({ name, blobs, notTried }: Summary['destinations'][number]) => [
        name,
        blobs,
        notTried,
      ]),
      [
        ['broken', 0, 31],
        ['disk', 41, 0],
      ],
    );
    assert.deepEqual([problems.length, problems.at(-1).why, failed], [11, given, 41]);
  }
});

test('a plan leaves no trace', async () => {
  const { code, stderr } = await runMirror(
    ['plan'],
    configure([{ name: 'deep', type: 'directory', path: join(folder, 'a/b/c') }]),
    { folder },
  );
  assert.equal(code, 0, stderr);
  assert.ok(!existsSync(join(folder, 'a')));
});

const FIRST = /^archeio: (.*)\n$/;

test('an unwritable directory is reported once, before anything is read', async () => {
  // Nothing can be created in `/proc`, although its permissions allow it.
  const configuration = configure([
    directory('good'),
    { name: 'proc', type: 'directory', path: '/proc/archeio' },
  ]);
  for (const runtime of RUNTIMES) {
    registry.asked.length = 0;
    const { code, stdout, stderr } = await runMirror(['sync', '--json'], configuration, {
      folder,
      runtime,
    });
    assert.equal(code, 1);
    const [, error] = FIRST.exec(stderr) ?? [];
    assert.equal(
      error,
      'cannot write to directory "/proc/archeio" of destination "proc": there is no such file or directory (ENOENT)',
      stderr,
    );
    assert.deepEqual(JSON.parse(stdout), { error, code: 'failed' });
    assert.deepEqual(registry.asked, []);
  }
});

test(
  'a read-only file system is reported once, before anything is read',
  { skip: unavailable(['mount', 'umount'], 'root') },
  async () => {
    const place = join(folder, 'fixed');
    const out = join(folder, 'fixed.inventory');
    mkdirSync(place);
    await must('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', place]);
    try {
      const { code, stderr } = await runMirror(['sync'], configure([directory('fixed')]), {
        folder,
      });
      assert.equal(code, 1);
      assert.match(stderr, FIRST);
      assert.match(stderr, /destination "fixed": the file system is read-only \(EROFS\)/);
      assert.deepEqual(registry.asked, []);
      // Commands that write nothing do not need it.
      for (const command of [['verify'], ['inventory', '--destination', 'fixed', '--out', out]]) {
        const read = await runMirror(command, configure([directory('fixed')]), { folder });
        assert.doesNotMatch(read.stderr, /EROFS/);
      }
    } finally {
      await must('umount', [place]);
    }
  },
);

test('a bucket that may only be listed is reported once, before anything is read', async () => {
  await using s3 = await FakeS3.start();
  s3.trouble = ({ method }, response) => {
    if (method === 'GET') return false;
    response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>');
    return true;
  };
  const configuration = configure([
    {
      name: 'bucket',
      type: 's3',
      bucket: 'bucket',
      region: 'us-east-1',
      endpoint: s3.url,
      forcePathStyle: true,
    },
  ]);
  const { code, stderr } = await runMirror(['sync'], configuration, {
    folder,
    environment: S3_ENVIRONMENT,
  });
  assert.equal(code, 1);
  assert.match(stderr, FIRST);
  assert.match(stderr, /destination "bucket": cannot write to bucket "bucket": AccessDenied/);
  assert.deepEqual(registry.asked, []);
  assert.ok(s3.objects.size === 0);
});

test('a destination that refuses the mirror’s own objects is reported once, nothing is read for it, and the other gets everything', async () => {
  await using s3 = await FakeS3.start();
  s3.trouble = ({ method }, response) => {
    if (method === 'PUT') response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>');
    return method === 'PUT';
  };
  const bucket = { name: 'broken', type: 's3', bucket: 'bucket', region: 'us-east-1' };
  const broken = { ...bucket, endpoint: s3.url, forcePathStyle: true };
  const { code, stdout, stderr } = await runMirror(
    ['sync', '--json'],
    configure([broken, directory('disk')]),
    { folder },
  );
  assert.equal(code, 1);
  const { destinations, problems, records } = JSON.parse(stdout);
  assert.deepEqual(
    destinations.map(({ blobs, notTried }: Summary['destinations'][number]) => [blobs, notTried]),
    [
      [0, 2],
      [2, 0],
    ],
  );
  assert.deepEqual([problems.length, records], [1, 0]);
  assert.match(
    stderr,
    /^archeio: destination "broken": cannot write archeio\/sources\/\S+: AccessDenied: [^\n]*: 2 blobs not tried$/m,
  );
  assert.equal(s3.asked.filter((line) => line.startsWith('PUT')).length, 1);

  registry.asked.length = 0;
  const alone = await runMirror(['sync'], configure([broken]), { folder });
  assert.equal(alone.code, 1);
  assert.match(alone.stderr, /^archeio: destination "broken": cannot write [^\n]*\n$/);
  assert.deepEqual(registry.asked, ['GET /v2/']);
});
