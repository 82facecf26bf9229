import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { untilStates } from '../parts/backend-states.ts';
import { type Front, startFront } from '../pulls/front.ts';
import { AWS, GCP } from '../pulls/networks.ts';
import { expectedSources, observe, sourcesOf } from '../pulls/observe.ts';
import { CLIENTS, clientNamed, logsOf, type PlacedImage, type Scene } from '../pulls/scene.ts';
import type { FaultFinding } from './fault-table.ts';
import { GONE } from './silent-store.ts';
import { withQuickCanaries } from './store-configuration.ts';
import { assertWaits } from './waits.ts';

const NAME = 'is gone, its blobs known to archeio';

/** How clients say that nobody listens there. */
const REFUSED = /connection refused|Couldn't connect to server/;

/** Asks archeio for every blob of an image, and goes nowhere. */
async function askForBlobs({ host }: Front, { repository, image }: PlacedImage): Promise<void> {
  for (const { digest } of image.blobs) {
    const url = `http://${host}/v2/${repository}/blobs/${digest}`;
    await (await fetch(url, { redirect: 'manual' })).arrayBuffer();
  }
}

/** How long the canaries may take to find out, in milliseconds. */
const PATIENCE = 20_000;

/** What is known to be present is answered from memory: clients are sent to the store until its canaries eject it. */
export function knownThenGone(scene: () => Scene, findings: FaultFinding[]): void {
  describe(`the store ${NAME}`, () => {
    const running = new AsyncDisposableStack();
    let front: Front;
    let gone: AsyncDisposable;
    before(async () => {
      front = running.use(await startFront(scene(), 'bun', withQuickCanaries(scene()), AWS));
      await askForBlobs(front, scene().small);
      gone = await GONE.begin(scene());
      running.defer(() => gone[Symbol.asyncDispose]());
    });
    after(() => running.disposeAsync());

    const pull = (name: string): Promise<void> => {
      const { repository, image } = scene().small;
      const source = { host: front.host, repository, reference: image.tag, image };
      return scene().use((surroundings) => clientNamed(scene(), name).pull(source, surroundings));
    };
    const found = (client: string, saw: string): void =>
      void findings.push({ fault: NAME, client, saw });

    for (const name of ['skopeo', 'curl']) {
      test(`${name} is sent to the store, and fails`, async () => {
        await assert.rejects(pull(name), REFUSED);
        assertWaits(front.taken());
        found(name, 'failed until the canaries had found out: the store refused the connection');
      });
    }
    test('its canaries find out', () =>
      untilStates(front, { paris: 'down', default: 'down' }, PATIENCE, () =>
        askForBlobs(front, scene().small),
      ));
    for (const name of CLIENTS) {
      test(`${name} pulls from the registry from then on`, async () => {
        const expected = expectedSources(clientNamed(scene(), name), scene().small, GCP);
        const served = await observe(
          { registry: scene().registry.log },
          () => pull(name),
          (served) => sourcesOf(served).size >= expected.size,
        );
        assert.deepEqual(sourcesOf(served), expected);
        assertWaits(front.taken());
        found(name, 'pulled once the canaries had found out, every blob from the registry');
      });
    }
    test('the store is used again once it is back', async () => {
      await gone[Symbol.asyncDispose]();
      gone = new AsyncDisposableStack();
      await untilStates(front, { paris: 'up', default: 'up' }, PATIENCE, () =>
        askForBlobs(front, scene().small),
      );
      const expected = expectedSources(clientNamed(scene(), 'skopeo'), scene().small, AWS);
      const served = await observe(
        logsOf(scene()),
        () => pull('skopeo'),
        (served) => sourcesOf(served).size >= expected.size,
      );
      assert.deepEqual(sourcesOf(served), expected);
    });
  });
}
