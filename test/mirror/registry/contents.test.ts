import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { RUNTIMES } from '../../parts/archeio-process.ts';
import { unavailable } from '../../parts/availability.ts';
import { writeOciImage } from '../../parts/oci-image.ts';
import { runMirror, summaryOf, writeMirrorConfiguration } from '../mirror-command.ts';
import { COMMANDS, type Scene, startScene } from '../scene.ts';
import { makeCopyPlaces } from './copy-places.ts';
import { walkCopy } from './copy-reader.ts';
import { CopyRun } from './copy-run.ts';
import { digestOf } from '../fake-registry.ts';

const DOCKER = 'application/vnd.docker.distribution.manifest';

describe('what a copy of a registry holds', { skip: unavailable(COMMANDS) }, () => {
  let scene: Scene;
  before(async () => {
    scene = await startScene();
  });
  after(() => scene?.[Symbol.asyncDispose]());

  test('manifests of every kind, byte by byte and with their media types', async () => {
    for (const place of await makeCopyPlaces(scene, 'kinds')) {
      await using run = await CopyRun.start(place, scene.folder);
      const { registry } = run;
      const layers = [registry.blob('app', Buffer.from('layer'))];
      const config = { ...registry.blob('app', Buffer.from('{}')), mediaType: 'a/config' };
      const image = registry.manifest('app', {
        schemaVersion: 2,
        mediaType: `${DOCKER}.v2+json`,
        config,
        layers,
      });
      const list = registry.manifest('app', {
        schemaVersion: 2,
        mediaType: `${DOCKER}.list.v2+json`,
        manifests: [image],
      });
      const artifact = registry.manifest('app', {
        mediaType: 'application/vnd.oci.artifact.manifest.v1+json',
        blobs: layers,
        // Spaces and other letters must survive.
        annotations: { text: 'Ünïcode  and\ttabs' },
      });
      const [{ digest }] = layers;
      const old = registry.manifest('app', {
        schemaVersion: 1,
        mediaType: `${DOCKER}.v1+json`,
        fsLayers: [{ blobSum: digest }],
      });
      const tags = { image, list, artifact, old };
      run.tag(tags);
      await run.sync();
      for (const [tag, { digest: expected, mediaType }] of Object.entries(tags))
        for (const reference of [tag, expected]) {
          const { type, bytes } = await place.get(`v2/app/manifests/${reference}`);
          assert.deepEqual([type, digestOf(bytes)], [mediaType, expected]);
        }
      assert.deepEqual((await walkCopy(place.get, 'app')).problems, []);
    }
  });

  test('an OCI layout, as a registry that it never was', async () => {
    const layout = join(scene.folder, 'layout');
    const image = writeOciImage(layout, 'v1');
    for (const place of await makeCopyPlaces(scene, 'layout')) {
      const configuration = writeMirrorConfiguration(scene.folder, {
        source: { repositories: { from: 'layout', path: layout, name: 'app' } },
        destinations: [place.destination],
      });
      summaryOf(await runMirror(['sync', '--json'], configuration, scene));
      assert.deepEqual(await walkCopy(place.get, 'app'), {
        tags: { v1: image.index.digest },
        problems: [],
      });
      const about = JSON.parse(await place.text('archeio/registry.json'));
      assert.deepEqual([about.registry, about.path], [`oci:${layout}`, '']);
      summaryOf(await runMirror(['verify', '--json'], configuration, scene));
    }
  });

  test('two runs at once do no harm', async () => {
    const [bucket, directory] = await makeCopyPlaces(scene, 'together');
    await using run = await CopyRun.start(bucket, scene.folder);
    const tags = Object.fromEntries(
      Array.from({ length: 20 }, (_, at) => [`v${at}`, run.image([`layer ${at}`])]),
    );
    run.tag(tags);
    const configuration = writeMirrorConfiguration(scene.folder, {
      source: { url: run.registry.url, repositories: { from: 'list', names: ['app'] } },
      destinations: [bucket.destination, directory.destination],
      limits: { requestsPerSecond: 0 },
    });
    const { folder } = scene;
    const outcomes = await Promise.all(
      RUNTIMES.map((runtime) => runMirror(['sync', '--json'], configuration, { folder, runtime })),
    );
    for (const outcome of outcomes) summaryOf(outcome);
    for (const { get } of [bucket, directory]) {
      const { tags: found, problems } = await walkCopy(get, 'app');
      assert.deepEqual([Object.keys(found).length, problems], [20, []]);
    }
    summaryOf(await runMirror(['sync', '--json'], configuration, { folder }));
    summaryOf(await runMirror(['verify', '--json'], configuration, { folder }));
  });

  test('a run that a signal ends leaves whole images, and does not state that it is whole', async () => {
    const [place] = await makeCopyPlaces(scene, 'signalled');
    await using run = await CopyRun.start(place, scene.folder);
    run.tag({ v1: run.image(['first']) });
    await run.sync();
    const before = await place.text('archeio/registry.json');
    const next = run.image(['second', 'held']);
    run.tag({ v1: run.image(['first']), v2: next });
    const held = run.registry.hold(`/blobs/${digestOf('held')}`);
    const running = run.begin();
    await held.reached;
    running.child.kill('SIGTERM');
    const { signal } = await running.ended;
    held.release();
    assert.equal(signal, 'SIGTERM');
    assert.equal(await place.text('archeio/registry.json'), before);
    const { tags, problems } = await walkCopy(place.get, 'app', ['v2']);
    assert.deepEqual([Object.keys(tags), problems], [['v1'], []]);
    await run.sync();
    assert.equal((await walkCopy(place.get, 'app')).tags['v2'], next.digest);
  });
});
