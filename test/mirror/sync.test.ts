import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { RUNTIMES } from '../parts/archeio-process.ts';
import { unavailable } from '../parts/availability.ts';
import { summaryOf, runMirror, writeMirrorConfiguration } from './mirror-command.ts';
import { blobsOf, manifestsOf, MIB } from './pushed-images.ts';
import { type PushedScene, startPushedScene } from './pushed-scene.ts';
import { COMMANDS } from './scene.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('from a registry to S3 and a directory', { skip: unavailable(COMMANDS) }, () => {
  let scene: PushedScene;
  before(async () => {
    scene = await startPushedScene(
      ['team/app', 'v1'],
      ['team/app', 'v2', 300 * MIB],
      ['other', 'v1'],
    );
  });
  after(() => scene?.[Symbol.asyncDispose]());

  for (const runtime of RUNTIMES) {
    test(`everything arrives, each blob is read once, and the second run requests only tags: ${runtime}`, async () => {
      const { folder, registry, radosgw, images } = scene;
      const bucket = `blobs-${runtime}`;
      const disk = join(folder, `disk-${runtime}`);
      await radosgw.makeBucket(bucket);
      const configuration = writeMirrorConfiguration(folder, {
        source: { url: registry.url, repositories: { from: 'catalog' } },
        destinations: [
          {
            name: 'bucket',
            type: 's3',
            bucket,
            region: 'us-east-1',
            endpoint: radosgw.url,
            forcePathStyle: true,
          },
          { name: 'disk', type: 'directory', path: disk },
        ],
        limits: { requestsPerSecond: 0 },
      });
      const mirror = (...args: string[]) => runMirror(args, configuration, { folder, runtime });
      const blobs = blobsOf(images);
      const bytes = blobs.reduce((sum, { size }) => sum + size, 0);
      const all = ['bucket', 'disk'].map((name) => ({ name, blobs: blobs.length, bytes }));

      const plan = summaryOf(await mirror('plan', '--json'));
      assert.deepEqual([plan.bytes, plan.destinations], [bytes, all]);

      const [asked, written] = [await registry.log.mark(), await radosgw.log.mark()];
      const first = summaryOf(await mirror('sync', '--json'));
      assert.deepEqual([first.blobs, first.bytes], [blobs.length, bytes]);
      assert.deepEqual(
        first.destinations,
        all.map((each) => ({ ...each, notTried: 0 })),
      );
      assert.equal(first.records, manifestsOf(images).length);
      const read = (await registry.log.since(asked)).filter(({ path }) => path.includes('/blobs/'));
      assert.deepEqual(
        read.map(({ path }) => path.split('/').at(-1) ?? '').toSorted(),
        blobs.map(({ digest }) => digest).toSorted(),
      );
      const puts = (await radosgw.log.since(written)).filter(
        ({ method, path }) => method === 'PUT' && path.includes('containers'),
      );
      assert.equal(new Set(puts.map(({ path }) => path)).size, puts.length);

      for (const { digest } of blobs) {
        const key = `containers/images/${digest}`;
        const stored = await fetch(`${radosgw.url}/${bucket}/${key}`, { method: 'HEAD' });
        assert.equal(stored.status, 403, 'what is mirrored is not public unless the bucket is');
        assert.equal(`sha256:${sha256(readFileSync(join(disk, key)))}`, digest);
      }
      assert.deepEqual(readdirSync(join(disk, 'archeio/unfinished')), []);

      const again = await registry.log.mark();
      const second = summaryOf(await mirror('sync', '--json'));
      assert.deepEqual([second.blobs, second.records, second.passed], [0, 0, images.length]);
      const requests = await registry.log.since(again);
      assert.deepEqual(requests.map(({ method, path }) => `${method} ${path}`).toSorted(), [
        'GET /v2/',
        'GET /v2/_catalog?n=1000',
        'GET /v2/other/tags/list?n=1000',
        'GET /v2/team/app/tags/list?n=1000',
        'HEAD /v2/other/manifests/v1',
        'HEAD /v2/team/app/manifests/v1',
        'HEAD /v2/team/app/manifests/v2',
      ]);
    });
  }
});
