import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CURL } from '../parts/clients/curl.ts';
import { startFront } from '../pulls/front.ts';
import { AWS } from '../pulls/networks.ts';
import { logsOf, type PlacedImage, type Scene } from '../pulls/scene.ts';
import { expectedSources, observe, sourcesOf } from '../pulls/observe.ts';
import { direct } from './store-configuration.ts';
import { assertWaits } from './waits.ts';

/** How often a pull is tried until the stores serve it, twice a second. */
const ATTEMPTS = 40;

/** A store that hung is used again once it goes on. */
export function recovery(scene: () => Scene): void {
  test('a store that hung and goes on serves again', async () => {
    await using front = await startFront(scene(), 'bun', direct(scene()), AWS);
    const pull = ({ repository, image }: PlacedImage): Promise<void> =>
      scene().use((surroundings) =>
        CURL.pull({ host: front.host, repository, reference: image.tag, image }, surroundings),
      );
    const { radosgw, small, medium } = scene();
    radosgw.signal('SIGSTOP');
    try {
      await pull(small);
    } finally {
      radosgw.signal('SIGCONT');
    }
    const expected = expectedSources(CURL, medium, AWS);
    for (let attempt = 0; ; attempt++) {
      const served = await observe(
        logsOf(scene()),
        () => pull(medium),
        (served) => sourcesOf(served).size >= expected.size,
      );
      assertWaits(front.taken());
      const sources = sourcesOf(served);
      if ([...sources.values()].every((from) => !from.has('registry'))) {
        assert.deepEqual(sources, expected);
        return;
      }
      assert.ok(attempt < ATTEMPTS, 'the stores are still not used');
      await sleep(500);
    }
  });
}
