import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RUNTIMES } from '../../parts/archeio-process.ts';
import { unavailable } from '../../parts/availability.ts';
import { runMirror, summaryOf, writeMirrorConfiguration } from '../mirror-command.ts';
import { MIB, pushImage } from '../pushed-images.ts';
import { RunningSync } from '../running-sync.ts';
import { COMMANDS, type Scene, startScene } from '../scene.ts';
import { type CopyPlace, makeCopyPlaces } from './copy-places.ts';
import { walkCopy } from './copy-reader.ts';
import { setTag } from './registry-writes.ts';

const KILLS = 20;
/** Milliseconds after its start: evenly spread, without a period (golden ratio). */
const MOMENTS = Array.from({ length: KILLS }, (_, kill) => 300 + 2500 * ((kill * 0.618_034) % 1));
const REPOSITORIES = ['a', 'b/c'];

/** Walks copies until it is stopped. @returns how often, and what was not whole */
function keepWalking(places: readonly CopyPlace[]) {
  const problems = new Set<string>();
  let walks = 0;
  const stop = new AbortController();
  const all = places.map(async ({ kind, get }) => {
    while (!stop.signal.aborted) {
      for (const repository of REPOSITORIES)
        for (const problem of (await walkCopy(get, repository, ['latest'])).problems)
          problems.add(`${kind}: ${problem}`);
      walks++;
      await sleep(20);
    }
  });
  return async () => {
    stop.abort();
    await Promise.all(all);
    return { problems: [...problems], walks };
  };
}

describe('a mirror that is killed', { skip: unavailable(COMMANDS) }, () => {
  let scene: Scene;
  before(async () => {
    scene = await startScene();
  });
  after(() => scene?.[Symbol.asyncDispose]());

  test(`readers see only whole images while it is killed ${KILLS} times, and the next run completes the copy`, async () => {
    const { folder, registry } = scene;
    const tags = ['v1', 'v2', 'v3'];
    const digests = new Map<string, string>();
    for (const repository of REPOSITORIES) {
      for (const tag of tags) {
        const { image } = await pushImage(registry.host, folder, repository, tag, 4 * MIB);
        digests.set(tag, image.index.digest);
      }
    }
    const places = await makeCopyPlaces(scene, 'killed');
    const configuration = writeMirrorConfiguration(folder, {
      source: { url: registry.url, repositories: { from: 'catalog' } },
      destinations: places.map(({ destination }) => destination),
      limits: { requestsPerSecond: 0, bytesPerSecond: '16MiB', concurrency: 4 },
    });
    const stopWalking = keepWalking(places);
    let killed = 0;
    for (const [kill, moment] of MOMENTS.entries()) {
      // There is something to write in every run.
      for (const repository of REPOSITORIES)
        await setTag(registry.url, repository, 'latest', tags[kill % tags.length]);
      const runtime = RUNTIMES[kill % RUNTIMES.length];
      const { child, ended } = new RunningSync(configuration, { folder, runtime });
      await Promise.race([sleep(moment), ended]);
      child.kill('SIGKILL');
      if ((await ended).signal === 'SIGKILL') killed++;
    }
    const { problems, walks } = await stopWalking();
    assert.deepEqual(problems, []);
    assert.ok(killed >= KILLS / 2, `only ${killed} were killed before they had finished`);
    assert.ok(walks >= KILLS, `only ${walks} walks`);

    summaryOf(await runMirror(['sync', '--json'], configuration, { folder }));
    for (const { get } of places)
      for (const repository of REPOSITORIES) {
        const walk = await walkCopy(get, repository);
        assert.deepEqual(walk.problems, []);
        assert.deepEqual(walk.tags, {
          latest: digests.get(tags[(KILLS - 1) % tags.length]),
          ...Object.fromEntries(digests),
        });
      }
  });
});
