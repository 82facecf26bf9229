import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawnLimited } from '../parts/limited-child.ts';
import type { Access } from '../parts/access-log.ts';
import { RUNTIMES } from '../parts/archeio-process.ts';
import { unavailable } from '../parts/availability.ts';
import { startFaultyStore } from '../parts/faulty-store.ts';
import { cleanEnvironment } from '../parts/part-process.ts';
import { Bucket } from './bucket.ts';
import { digestOf } from './fake-registry.ts';
import {
  LAUNCHER,
  runMirror,
  S3_ENVIRONMENT,
  summaryOf,
  writeMirrorConfiguration,
} from './mirror-command.ts';
import { blobsOf, manifestsOf, MIB } from './pushed-images.ts';
import { recordOf, sourceRecordOf } from './place.ts';
import { type PushedScene, startPushedScene } from './pushed-scene.ts';
import { COMMANDS } from './scene.ts';

const KILLS = 20;
/** Milliseconds after its start: evenly spread, without a period (golden ratio). */
const MOMENTS = Array.from({ length: KILLS }, (_, kill) => 200 + 1800 * ((kill * 0.618_034) % 1));

/** A request that makes an object visible: a put, or the completion of its parts. */
const isVisible = ({ method, path, status }: Access): boolean =>
  status === 200 &&
  ((method === 'PUT' && !path.includes('partNumber=')) ||
    (method === 'POST' && path.includes('uploadId=')));

describe('interrupted', { skip: unavailable(COMMANDS) }, () => {
  let scene: PushedScene;
  before(async () => {
    scene = await startPushedScene(
      ['a', 'v1', 20 * MIB],
      ['a', 'v2', 9 * MIB],
      ['b', 'v3', 20 * MIB],
    );
  });
  after(() => scene?.[Symbol.asyncDispose]());

  const configurationFor = (bucket: Bucket, disk: string): string =>
    writeMirrorConfiguration(scene.folder, {
      source: { url: scene.registry.url, repositories: { from: 'catalog' } },
      destinations: [bucket.destination, { name: 'disk', type: 'directory', path: disk }],
      limits: { requestsPerSecond: 0, bytesPerSecond: '24MiB' },
    });

  /** Asserts that it has exactly the expected keys, with the expected bytes. */
  async function assertWhole(bucket: Bucket, disk: string): Promise<void> {
    const { images } = scene;
    const blobs = blobsOf(images).map(({ digest }) => digest);
    const keys = [
      ...blobs.map((digest) => `containers/images/${digest}`),
      ...manifestsOf(images).map((digest) => recordOf(scene.registry.url, digest)),
      sourceRecordOf(scene.registry.url),
    ].toSorted();
    assert.deepEqual((await bucket.keys()).toSorted(), keys);
    assert.deepEqual(await bucket.unfinished(), []);
    assert.deepEqual(readdirSync(join(disk, 'archeio/unfinished')), []);
    assert.deepEqual(readdirSync(join(disk, 'containers/images')).toSorted(), blobs.toSorted());
    for (const digest of blobs) {
      const key = `containers/images/${digest}`;
      assert.equal(`sha256:${await bucket.sha256(key)}`, digest);
      assert.equal(digestOf(readFileSync(join(disk, key))), digest);
    }
  }

  test(`a run killed ${KILLS} times at any moment finishes complete, with nothing uploaded twice`, async () => {
    const { folder, radosgw } = scene;
    const bucket = new Bucket(radosgw.url, 'killed');
    const disk = join(folder, 'killed');
    await radosgw.makeBucket(bucket.name);
    const configuration = configurationFor(bucket, disk);
    const mark = await radosgw.log.mark();
    let killed = 0;
    for (const [kill, moment] of MOMENTS.entries()) {
      const runtime = RUNTIMES[kill % RUNTIMES.length];
      const args = ['mirror', 'sync', '--config', configuration, '--runtime', runtime];
      const child = spawnLimited(LAUNCHER, args, {
        env: cleanEnvironment(folder, S3_ENVIRONMENT),
        stdio: 'ignore',
      });
      const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
      await Promise.race([sleep(moment), ended]);
      child.kill('SIGKILL');
      if ((await ended) === 'SIGKILL') killed++;
    }
    assert.ok(killed >= KILLS / 2, `only ${killed} were killed before they had finished`);
    summaryOf(await runMirror(['sync', '--json'], configuration, { folder }));
    await assertWhole(bucket, disk);
    const visible = (await radosgw.log.since(mark))
      .filter((access) => isVisible(access) && access.path.includes('/containers/images/'))
      .map(({ path }) => path.split('?')[0] ?? '');
    assert.deepEqual(visible.toSorted(), [...new Set(visible)].toSorted());
  });

  test('requests that S3 throttles are retried until it has everything', async () => {
    const { folder, registry, radosgw } = scene;
    await using proxy = await startFaultyStore(radosgw.url);
    const bucket = new Bucket(proxy.url, 'slow');
    const disk = join(folder, 'slow');
    await radosgw.makeBucket(bucket.name);
    proxy.misbehave({ kind: 'slow-down', every: 3 });
    const configuration = configurationFor(bucket, disk);
    const mark = await registry.log.mark();
    const summary = summaryOf(await runMirror(['sync', '--json'], configuration, { folder }));
    proxy.misbehave(undefined);
    assert.ok(proxy.accesses.filter(({ status }) => status === 503).length >= 5);
    assert.equal(summary.failed, 0);
    const read = (await registry.log.since(mark)).filter(({ path }) => path.includes('/blobs/'));
    assert.equal(read.length, blobsOf(scene.images).length, 'what S3 refuses is not read again');
    await assertWhole(bucket, disk);
  });

  test('two runs on the same destinations at once do no harm', async () => {
    const { folder, radosgw } = scene;
    const bucket = new Bucket(radosgw.url, 'together');
    const disk = join(folder, 'together');
    await radosgw.makeBucket(bucket.name);
    const configuration = configurationFor(bucket, disk);
    const outcomes = await Promise.all(
      RUNTIMES.map((runtime) => runMirror(['sync', '--json'], configuration, { folder, runtime })),
    );
    for (const outcome of outcomes) assert.equal(summaryOf(outcome).failed, 0);
    await assertWhole(bucket, disk);
  });

  test('shards share the blobs, and the one that finds a manifest complete records it', async () => {
    const { folder, registry, radosgw } = scene;
    const bucket = new Bucket(radosgw.url, 'shared');
    const disk = join(folder, 'shared');
    await radosgw.makeBucket(bucket.name);
    const configuration = configurationFor(bucket, disk);
    const mark = await registry.log.mark();
    const shards = await Promise.all(
      ['--shard=1/3', '--shard=2/3', '--shard-index=2/3'].map((shard) =>
        runMirror(['sync', '--json', shard], configuration, { folder }),
      ),
    );
    const blobs = shards.map((outcome) => summaryOf(outcome).blobs);
    assert.equal(
      blobs.reduce((sum, count) => sum + count, 0),
      blobsOf(scene.images).length,
    );
    const read = (await registry.log.since(mark)).filter(({ path }) => path.includes('/blobs/'));
    assert.equal(read.length, blobsOf(scene.images).length);
    const last = summaryOf(await runMirror(['sync', '--json'], configuration, { folder }));
    assert.equal(last.blobs, 0);
    await assertWhole(bucket, disk);
  });
});
