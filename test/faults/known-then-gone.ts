import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Front, startFront } from '../pulls/front.ts';
import { AWS, GCP } from '../pulls/networks.ts';
import { expectedSources, observe, sourcesOf } from '../pulls/observe.ts';
import { CLIENTS, clientNamed, type PlacedImage, type Scene } from '../pulls/scene.ts';
import type { FaultFinding } from './fault-table.ts';
import { GONE } from './silent-store.ts';
import { direct } from './store-configuration.ts';
import { assertWaits } from './waits.ts';

const NAME = 'is gone, its blobs known to archeio';

/** How clients say that nobody listens there; a pull-through cache hands on a 500. */
const REFUSED = /connection refused|Couldn't connect to server|500 \(Internal Server Error\)/;

/** Asks archeio for every blob of an image, and goes nowhere. */
async function askForBlobs({ host }: Front, { repository, image }: PlacedImage): Promise<void> {
  for (const { digest } of image.blobs) {
    const url = `http://${host}/v2/${repository}/blobs/${digest}`;
    await (await fetch(url, { redirect: 'manual' })).arrayBuffer();
  }
}

/**
 * What is known to be present is answered from memory: clients are sent to the store until the breaker opens, which
 * takes five failed checks of other blobs.
 */
export function knownThenGone(scene: () => Scene, findings: FaultFinding[]): void {
  describe(`the store ${NAME}`, () => {
    const running = new AsyncDisposableStack();
    let front: Front;
    before(async () => {
      front = running.use(await startFront(scene(), 'bun', direct(scene()), AWS));
      await askForBlobs(front, scene().small);
      running.use(await GONE.begin(scene()));
    });
    after(() => running.disposeAsync());

    const pull = (name: string): Promise<void> => {
      const { repository, image } = scene().small;
      const source = { host: front.host, repository, reference: image.tag, image };
      return scene().use((surroundings) => clientNamed(scene(), name).pull(source, surroundings));
    };
    for (const name of CLIENTS) {
      test(`${name} is sent to the store, and fails`, async () => {
        await assert.rejects(pull(name), REFUSED);
        assertWaits(front.taken());
        findings.push({
          fault: NAME,
          client: name,
          saw: 'failed: the store refused the connection',
        });
      });
    }
    for (const name of ['skopeo', "the kubelet's way"]) {
      test(`${name} pulls from the registry once other blobs have opened the breaker`, async () => {
        await askForBlobs(front, scene().medium);
        const expected = expectedSources(clientNamed(scene(), name), scene().small, GCP);
        const served = await observe(
          { registry: scene().registry.log },
          () => pull(name),
          (served) => sourcesOf(served).size >= expected.size,
        );
        assert.deepEqual(sourcesOf(served), expected);
        assertWaits(front.taken());
      });
    }
  });
}
