import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { RUNTIMES } from '../parts/archeio-process.ts';
import { unavailable } from '../parts/availability.ts';
import { blobsFor } from '../parts/clients/client.ts';
import type { Descriptor } from '../parts/oci-image.ts';
import { type Front, startFront } from './front.ts';
import { AWS } from './networks.ts';
import { observe, sourcesOf } from './observe.ts';
import { clientNamed, COMMANDS, logsOf, type Scene, startScene } from './scene.ts';
import { Bucket } from '../mirror/bucket.ts';
import { runMirror, summaryOf, writeMirrorConfiguration } from '../mirror/mirror-command.ts';
import { pushReferrer } from '../mirror/pushed-artifact.ts';

const CLIENTS = ['podman', 'docker', 'ctr', "the kubelet's way"];

describe('clients pull what was mirrored', { skip: unavailable(COMMANDS, 'root') }, () => {
  let scene: Scene;
  let referrer: readonly Descriptor[];
  let bucket: Bucket;
  before(async () => {
    scene = await startScene();
    const { registry, radosgw, small } = scene;
    const repository = `${registry.url}/v2/images/${small.repository}`;
    referrer = await pushReferrer(repository, small.image.index);
    bucket = new Bucket(radosgw.url, 'mirrored');
    await radosgw.makeBucket(bucket.name);
    await bucket.publish();
  });
  after(() => scene?.[Symbol.asyncDispose]());

  test('images and an artifact, found only by the tag schema', async () => {
    const { registry, small, medium, big } = scene;
    await scene.use(async ({ folder }) => {
      const configuration = writeMirrorConfiguration(folder, {
        source: {
          url: registry.url,
          path: 'images',
          repositories: { from: 'catalog' },
          tags: { include: [small, medium, big].map(({ image }) => image.tag) },
        },
        destinations: [bucket.destination],
        limits: { requestsPerSecond: 0 },
      });
      summaryOf(await runMirror(['sync', '--json'], configuration, { folder }));
    });
    const wanted = [small, medium, big].flatMap(({ image }) => image.blobs).concat(referrer);
    const keys = (await bucket.keys()).filter((key) => key.startsWith('containers/'));
    assert.deepEqual(
      keys.toSorted(),
      [...new Set(wanted.map(({ digest }) => `containers/images/${digest}`))].toSorted(),
    );
  });

  for (const [at, runtime] of RUNTIMES.entries()) {
    describe(`served by ${runtime}`, () => {
      let front: Front;
      before(async () => {
        const url = `${scene.radosgw.url}/${bucket.name}`;
        const configuration = scene.configuration({
          stores: [{ name: 'mirrored', url, key: 'containers/images/{digest}', default: true }],
        });
        front = await startFront(scene, runtime, configuration, AWS);
      });
      after(() => front?.[Symbol.asyncDispose]());

      for (const name of CLIENTS.filter((_, number) => number % RUNTIMES.length === at)) {
        test(`${name} has every blob from the mirror`, async () => {
          const client = clientNamed(scene, name);
          const { repository, image } = scene.medium;
          const source = { host: front.host, repository, reference: image.tag, image };
          const blobs = blobsFor(client, image);
          const served = await observe(
            logsOf(scene),
            () => scene.use((surroundings) => client.pull(source, surroundings)),
            (seen) => sourcesOf(seen).size >= blobs.length,
          );
          assert.deepEqual(
            sourcesOf(served),
            new Map(blobs.map(({ digest }) => [digest, new Set([bucket.name])])),
          );
        });
      }
    });
  }
});
