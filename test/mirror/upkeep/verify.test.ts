import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { digestOf } from '../fake-registry.ts';
import { contentOf, keyOf } from '../place.ts';
import { blobsOf, type PushedImage, pushImage } from '../pushed-images.ts';
import { type Surroundings, UpkeepRun } from './upkeep-run.ts';
import { unavailable } from '../../parts/availability.ts';
import { COMMANDS } from '../scene.ts';
import { KINDS, Places } from './places.ts';
import { join } from 'node:path';
import { startDockerRegistry, type DockerRegistry } from '../../parts/docker-registry.ts';

interface Pushed {
  readonly url: string;
  readonly images: readonly PushedImage[];
}

/** `mirror verify` of what was mirrored from a real registry. */
function verifyCases(surroundings: () => Surroundings, pushed: () => Pushed): void {
  const start = async (): Promise<UpkeepRun> => {
    const { url } = pushed();
    const repositories = { from: 'list', names: ['app'] };
    return new UpkeepRun(surroundings(), await surroundings().makePlace(), { url, repositories });
  };
  const toldOf = (lines: readonly { digest: string; why: string }[]): string[] =>
    lines.map(({ digest, why }) => `${digest}: ${why.replace(/digest .*/, 'digest …')}`).toSorted();

  test('verify reports each corrupt, missing or truncated blob once, and repairs it', async () => {
    const run = await start();
    const { place } = run;
    await run.sync();
    const whole = await contentOf(place);
    const blobs = blobsOf(pushed().images);
    const [corrupt, missing, cut] = blobs.map(({ digest }) => digest);
    const bytes = await place.get(keyOf(corrupt));
    bytes[0] ^= 1;
    await place.set(keyOf(corrupt), bytes);
    await place.remove(keyOf(missing));
    await place.set(keyOf(cut), (await place.get(keyOf(cut))).subarray(1));

    const found = await run.command('verify', '--json');
    assert.equal(found.code, 1);
    const told = JSON.parse(found.stdout);
    assert.equal(told.blobs, blobs.length - 1);
    assert.deepEqual(
      toldOf(told.corrupt),
      [
        `${corrupt}: its bytes have digest …`,
        `${cut}: it has ${blobs[2].size - 1} bytes, but its manifest says ${blobs[2].size}`,
      ].toSorted(),
    );
    assert.deepEqual(toldOf(told.missing), [`${missing}: it is missing`]);
    assert.match(
      found.stderr,
      new RegExp(`missing in destination "[^"]+": ${missing}: it is missing`),
    );

    const nothingRead = await run.command('verify', '--share', '0%');
    // Only reading tells whether the blob or the manifest with another size is wrong.
    assert.match(nothingRead.stdout, /^read again: 1 blob, .*; 1 corrupt, 1 missing\n/);

    const repaired = await run.command('verify', '--repair');
    assert.equal(repaired.code, 0, repaired.stderr);
    assert.match(repaired.stdout, /copied again to [\w-]+: 3 blobs/);
    assert.deepEqual(await contentOf(place), whole);
    const { blobs: read, corrupt: bad, missing: gone } = await run.verify();
    assert.deepEqual([read, bad, gone], [blobs.length, [], []]);
  });

  test('verify only reports a corrupt blob that the source no longer has', async () => {
    const run = await start();
    await run.sync();
    const lost = digestOf('lost');
    await run.place.set(keyOf(lost), randomBytes(9));
    const { code, stderr } = await run.command('verify', '--repair');
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`no longer at the source, corrupt .*: ${lost}: its bytes`));
    assert.ok((await run.place.keys()).includes(keyOf(lost)));
  });

  test('verify reads a share, or only recent blobs', async () => {
    const run = await start();
    const [first, second] = pushed().images;
    run.more = { tags: { include: [first.image.tag] } };
    await run.sync();
    // S3 stores times in whole seconds.
    await sleep(1100);
    const since = new Date().toISOString();
    await sleep(1100);
    run.more = {};
    const { blobs: news } = await run.sync();
    assert.ok(news > 0 && news < blobsOf([first, second]).length);
    const read = async (...args: string[]): Promise<number> =>
      JSON.parse((await run.command('verify', '--json', ...args)).stdout).blobs;
    assert.equal(await read('--since', since), news);
    assert.equal(await read('--since', '2100-01-01', '--share', '100%'), 0);
  });

  test('an invalid share or date is a usage error', async () => {
    const run = await start();
    for (const args of [
      ['--share', '101%'],
      ['--since', 'soon'],
    ])
      assert.equal((await run.command('verify', ...args)).code, 2);
  });
}

describe('`mirror verify`', { skip: unavailable(COMMANDS), concurrency: 2 }, () => {
  const places = new Places();
  let registry: DockerRegistry;
  let pushed: Pushed;
  before(async () => {
    await places.start();
    registry = await startDockerRegistry(join(places.folder, 'registry'));
    const push = (tag: string) => pushImage(registry.host, places.folder, 'app', tag);
    pushed = { url: registry.url, images: [await push('v1'), await push('v2')] };
  });
  after(async () => {
    await registry?.[Symbol.asyncDispose]();
    await places[Symbol.asyncDispose]();
  });
  for (const kind of KINDS)
    describe(kind, { concurrency: 2 }, () =>
      verifyCases(
        () => places.of(kind),
        () => pushed,
      ),
    );
});
