import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { keyOf, recordOf } from '../place.ts';
import { DELETE, FakeRun, grownOld, type Surroundings } from './upkeep-run.ts';
import { unavailable } from '../../parts/availability.ts';
import { COMMANDS } from '../scene.ts';
import { KINDS, Places } from './places.ts';

const INDEX = 'application/vnd.oci.image.index.v1+json';

/** A sync that begins after gc has listed the destination, and ends after gc has deleted. */
function besideSyncCases(surroundings: () => Surroundings): void {
  const start = async (): Promise<FakeRun> => {
    const run = await FakeRun.start(surroundings());
    run.concurrency = 1;
    return run;
  };

  async function assertNothingMissing(run: FakeRun): Promise<void> {
    await run.sync();
    const { corrupt, missing } = await run.verify();
    assert.deepEqual([corrupt, missing], [[], []]);
  }

  test('a blob that gc considers garbage and a new manifest needs exists when both have finished', async () => {
    await using run = await start();
    const kept = run.image('kept');
    const dropped = run.image('taken up again', 'garbage');
    run.tag({ v1: kept, v2: dropped });
    await run.sync();
    run.tag({ v1: kept });
    assert.equal((await run.gc()).waiting, 2);
    await grownOld();

    const source = run.registry.hold(kept.digest);
    const collecting = run.gc(DELETE);
    await source.reached;
    const added = run.image('taken up again', 'new');
    run.tag({ v1: kept, v3: added });
    const news = run.registry.hold(added.blobs[1]);
    const syncing = run.sync();
    await news.reached;
    source.release();
    assert.deepEqual(await collecting, { garbage: 2, waiting: 0, deleted: 1 });
    news.release();
    const { blobs, records } = await syncing;
    assert.deepEqual([blobs, records], [2, 1]);
    const keys = new Set(await run.place.keys());
    for (const { digest, blobs: needed } of [kept, added])
      for (const key of [recordOf(run.registry.url, digest), ...needed.map((blob) => keyOf(blob))])
        assert.ok(keys.has(key), key);
    assert.ok(
      !keys.has(keyOf(dropped.blobs[1])) && !keys.has(recordOf(run.registry.url, dropped.digest)),
    );
    await assertNothingMissing(run);
  });

  test('sync does not rely on an image whose record gc deletes, for a new index of it', async () => {
    await using run = await start();
    const [kept, dropped] = [run.image('kept'), run.image('dropped')];
    run.tag({ v1: kept, v2: dropped });
    await run.sync();
    run.tag({ v1: kept });
    await run.gc();
    await grownOld();

    const source = run.registry.hold(kept.digest);
    const collecting = run.gc(DELETE);
    await source.reached;
    const other = run.image('other');
    const document = { schemaVersion: 2, mediaType: INDEX, manifests: [dropped, other] };
    run.tag({ v1: kept, v3: run.registry.manifest('app', document) });
    const news = run.registry.hold(other.blobs[0]);
    const syncing = run.sync();
    await news.reached;
    source.release();
    assert.deepEqual(await collecting, { garbage: 1, waiting: 0, deleted: 0 });
    news.release();
    await syncing;
    assert.ok((await run.place.keys()).includes(keyOf(dropped.blobs[0])));
    await assertNothingMissing(run);
  });

  test('a manifest that sync skips while gc deletes its record is copied by the next sync', async () => {
    await using run = await start();
    const [kept, back] = [run.image('kept'), run.image('back')];
    run.tag({ v1: kept, v2: back });
    await run.sync();
    run.tag({ v1: kept });
    await grownOld();

    const source = run.registry.hold(kept.digest);
    const collecting = run.gc(DELETE);
    await source.reached;
    run.tag({ v1: kept, v2: back });
    assert.equal((await run.sync()).passed, 2);
    source.release();
    assert.deepEqual(await collecting, { garbage: 0, waiting: 1, deleted: 0 });
    assert.ok(!(await run.place.keys()).includes(recordOf(run.registry.url, back.digest)));
    const next = await run.sync();
    assert.deepEqual([next.passed, next.blobs, next.records], [1, 1, 1]);
    assert.deepEqual(await run.gc(DELETE), { garbage: 0, waiting: 0, deleted: 0 });
    await assertNothingMissing(run);
  });

  test('plan includes what sync copies again, and verify does not report it as missing', async () => {
    await using run = await start();
    const [kept, back] = [run.image('kept'), run.image('back')];
    run.tag({ v1: kept, v2: back });
    await run.sync();
    run.tag({ v1: kept });
    await run.gc();
    run.tag({ v1: kept, v2: back });
    assert.equal((await run.plan()).destinations[0].blobs, 1);
    const { missing, repaired } = await run.verify({ repair: true });
    assert.deepEqual([missing, repaired?.records], [[], 0]);
    assert.equal((await run.sync()).blobs, 1);
    assert.equal((await run.plan()).destinations[0].blobs, 0);
  });
}

describe('gc while a sync runs', { skip: unavailable(COMMANDS), concurrency: 2 }, () => {
  const places = new Places();
  before(() => places.start());
  after(() => places[Symbol.asyncDispose]());
  for (const kind of KINDS)
    describe(kind, { concurrency: 2 }, () => besideSyncCases(() => places.of(kind)));
});
