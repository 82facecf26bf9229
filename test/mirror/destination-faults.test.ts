import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
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
import { setTimeout as sleep } from 'node:timers/promises';
import { RUNTIMES } from '../parts/archeio-process.ts';
import { unavailable } from '../parts/availability.ts';
import { must } from '../parts/command.ts';
import { cleanEnvironment } from '../parts/part-process.ts';
import { digestOf, FakeRegistry } from './fake-registry.ts';
import { LAUNCHER, runMirror, summaryOf, writeMirrorConfiguration } from './mirror-command.ts';
import { MIB } from './pushed-images.ts';

/** What destinations can do to a mirror, and who runs it. */

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

const configure = (destinations: readonly object[], bytesPerSecond: string | number = 0): string =>
  writeMirrorConfiguration(folder, {
    source: {
      url: registry.url,
      repositories: { from: 'list', names: ['app'] },
      referrers: false,
    },
    destinations,
    limits: { requestsPerSecond: 0, bytesPerSecond },
  });

const directory = (name: string): object => ({ name, type: 'directory', path: join(folder, name) });
const fileOf = (name: string, { digest }: { digest: string }): string =>
  join(folder, name, 'containers/images', digest);

test(
  'a full disk is told, leaves nothing behind, and does not stop another destination',
  { skip: unavailable(['mount', 'umount'], 'root') },
  async () => {
    const full = join(folder, 'full');
    mkdirSync(full);
    await must('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', full]);
    try {
      const configuration = configure([directory('full'), directory('empty')]);
      const first = await runMirror(['sync', '--json'], configuration, { folder });
      assert.equal(first.code, 1);
      assert.match(first.stderr, /app sha256:\w+: .*ENOSPC.*/);
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

test('credentials for S3 that are missing are said before anything is read', async () => {
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

test('a directory that cannot be is said before anything is read', async () => {
  const path = join(folder, 'file/blobs');
  writeFileSync(join(folder, 'file'), '');
  const configuration = configure([{ name: 'disk', type: 'directory', path }]);
  const { code, stderr } = await runMirror(['sync'], configuration, { folder });
  assert.equal(code, 1);
  assert.match(stderr, /^archeio: cannot write to directory ".*file\/blobs" of .*: ENOTDIR\n$/);
  assert.deepEqual(registry.asked, []);
});

for (const runtime of RUNTIMES) {
  test(`Ctrl-C ends it, and the next run finishes: ${runtime}`, async () => {
    const args = ['mirror', 'sync', '--config', configure([directory('disk')], '1MiB')];
    const child = spawn(LAUNCHER, [...args, '--runtime', runtime], {
      env: cleanEnvironment(folder),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    while (!registry.asked.some((line) => line.endsWith(layer.digest))) await sleep(20);
    child.kill('SIGINT');
    assert.equal(await ended, 'SIGINT');
    assert.equal(stderr, '');
    assert.ok(!existsSync(fileOf('disk', layer)));
    const configuration = configure([directory('disk')]);
    const { records } = summaryOf(await runMirror(['sync', '--json'], configuration, { folder }));
    assert.equal(records, 1);
    assert.equal(digestOf(readFileSync(fileOf('disk', layer))), layer.digest);
    assert.deepEqual(readdirSync(join(folder, 'disk/archeio/unfinished')), []);
  });
}
