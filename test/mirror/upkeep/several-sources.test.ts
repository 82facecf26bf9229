import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { contentOf, keyOf, type Place, recordOf, sourceRecordOf } from '../place.ts';
import { DELETE, FakeRun, grownOld, type Surroundings } from './upkeep-run.ts';
import { unavailable } from '../../parts/availability.ts';
import { COMMANDS } from '../scene.ts';
import { KINDS, Places } from './places.ts';

const IMMUTABLE = { tags: { immutable: ['v*'] } };

/** Several sources in one destination, and records that name no source. */
function severalSourcesCases(surroundings: () => Surroundings): void {
  async function startIn(place: Place): Promise<FakeRun> {
    const run = await FakeRun.start({ ...surroundings(), makePlace: async () => place });
    run.more = IMMUTABLE;
    return run;
  }

  async function assertWhole(run: FakeRun): Promise<void> {
    const { missing, corrupt } = await run.verify();
    assert.deepEqual([missing, corrupt], [[], []]);
  }

  test('the same immutable tag of another source is mirrored, not skipped', async () => {
    const place = await surroundings().makePlace();
    await using first = await startIn(place);
    await using second = await startIn(place);
    first.tag({ v1: first.image('first', 'shared') });
    second.tag({ v1: second.image('second', 'shared') });
    assert.equal((await first.sync()).blobs, 2);
    assert.equal((await second.plan()).copies.length, 1);
    const { blobs, records } = await second.sync();
    assert.deepEqual([blobs, records], [1, 2]);
    for (const run of [first, second]) {
      const { passed, blobs: again } = await run.sync();
      assert.deepEqual([passed, again], [1, 0]);
      await assertWhole(run);
    }
  });

  test('another path of a registry is another source, and another name of a path is not', async () => {
    await using run = await startIn(await surroundings().makePlace());
    for (const path of ['one', 'other']) {
      const layer = run.registry.blob(`${path}/app`, Buffer.from(path));
      run.registry.manifest(`${path}/app`, { schemaVersion: 2, layers: [layer] }, 'v1');
    }
    for (const path of ['one', 'other']) {
      run.more = { ...IMMUTABLE, path };
      assert.equal((await run.sync()).blobs, 1);
    }
    run.more = { ...IMMUTABLE, path: 'one' };
    assert.equal((await run.sync()).passed, 1);
  });

  test('gc deletes nothing if another source is mirrored there too, and names it', async () => {
    const place = await surroundings().makePlace();
    await using first = await startIn(place);
    await using second = await startIn(place);
    const [dropped, kept] = [first.image('dropped', 'shared'), first.image('kept')];
    first.tag({ v1: dropped, v2: kept });
    second.tag({ v1: second.image('second', 'shared') });
    await first.sync();
    first.tag({ v2: kept });
    assert.equal((await first.gc()).waiting, 2);
    await second.sync();
    await grownOld();
    const before = await contentOf(place);
    for (const [run, other] of [
      [first, second],
      [second, first],
    ] as const) {
      for (const options of [undefined, DELETE, { ...DELETE, adoptsOlder: true }]) {
        const key = sourceRecordOf(other.registry.url);
        await assert.rejects(run.gc(options), (error: Error) => {
          assert.match(
            error.message,
            /^nothing was deleted: destination "[^"]+" also has blobs of/,
          );
          assert.ok(error.message.includes(new URL(other.registry.url).host), error.message);
          assert.ok(error.message.endsWith(`delete ${key}`), error.message);
          return true;
        });
      }
    }
    assert.deepEqual(await contentOf(place), before);

    // The second is no longer mirrored there. If it returns, its old records do not count.
    await place.remove(sourceRecordOf(second.registry.url));
    await first.gc();
    await grownOld();
    assert.equal((await first.gc(DELETE)).deleted, 3);
    assert.ok(
      !(await place.keys()).some((key) => key.includes('/tags/') && key.includes('second')),
    );
    assert.deepEqual((await second.sync()).blobs, 2);
    await assertWhole(first);
    await assertWhole(second);
  });

  test('gc of a source that was never mirrored there deletes nothing', async () => {
    const place = await surroundings().makePlace();
    await using run = await startIn(place);
    run.tag({ v1: run.image('a') });
    await place.set(keyOf(`sha256:${'0'.repeat(64)}`), Buffer.from('of somebody'));
    await assert.rejects(run.gc(DELETE), /no record that \S+ was ever mirrored there: run/);
  });

  /** Records as an earlier version left them: they do not name their source. */
  async function makeOlder(run: FakeRun): Promise<readonly string[]> {
    const { place } = run;
    for (const key of await place.keys()) {
      if (!key.startsWith('archeio/')) continue;
      const older = key.replace(/\/@[^/]+\//, '/').replace('/@', '/');
      if (!key.startsWith('archeio/sources/')) await place.set(older, await place.get(key));
      await place.remove(key);
    }
    return (await place.keys()).filter((key) => key.startsWith('archeio/'));
  }

  test("an earlier version's records hold for manifests, and are rewritten", async () => {
    await using run = await startIn(await surroundings().makePlace());
    const [a, b] = [run.image('a'), run.image('b')];
    run.tag({ v1: a, v2: b });
    await run.sync();
    const older = await makeOlder(run);
    assert.deepEqual(older.toSorted().slice(-2), ['archeio/tags/app/v1', 'archeio/tags/app/v2']);
    run.registry.asked.length = 0;
    assert.deepEqual((await run.plan()).copies, []);
    const { passed, blobs } = await run.sync();
    assert.deepEqual([passed, blobs], [2, 0]);
    assert.ok(!run.registry.asked.some((line) => /^GET .*manifests/.test(line)));
    const keys = new Set(await run.place.keys());
    for (const { digest } of [a, b]) assert.ok(keys.has(recordOf(run.registry.url, digest)));
    run.registry.asked.length = 0;
    assert.equal((await run.sync()).passed, 2);
    assert.ok(!run.registry.asked.some((line) => line.includes('manifests')));
  });

  test('gc deletes nothing because of such records until the operator attributes them to this source', async () => {
    await using run = await startIn(await surroundings().makePlace());
    const [kept, dropped] = [run.image('kept'), run.image('dropped')];
    run.tag({ v1: kept, v2: dropped });
    await run.sync();
    const older = await makeOlder(run);
    run.tag({ v1: kept });
    await assert.rejects(run.gc(DELETE), /never mirrored|was ever mirrored/);
    await run.sync();
    await assert.rejects(
      run.gc(DELETE),
      /has 4 records of an earlier version, which may belong to another source: .*--adopt-records/,
    );
    assert.deepEqual(
      (await run.place.keys()).filter((key) => older.includes(key)).length,
      older.length,
    );
    const gc = ['gc', '--older-than', '1s', '--adopt-records'];
    assert.equal((await run.command(...gc)).code, 0);
    await grownOld();
    const { code, stderr } = await run.command(...gc, '--delete', '--at-most', '50%');
    assert.equal(code, 0, stderr);
    const keys = await run.place.keys();
    assert.ok(!keys.some((key) => older.includes(key)));
    assert.ok(!keys.includes(keyOf(dropped.blobs[0])));
    assert.deepEqual(await run.gc(DELETE), { garbage: 0, waiting: 0, deleted: 0 });
    const { passed, blobs } = await run.sync();
    assert.deepEqual([passed, blobs], [1, 0]);
    run.tag({ v1: kept, v2: dropped });
    assert.equal((await run.sync()).blobs, 1);
    await assertWhole(run);
  });

  test("an earlier version's record of a tag does not count: it may be another source's", async () => {
    const place = await surroundings().makePlace();
    await using first = await startIn(place);
    await using second = await startIn(place);
    first.tag({ v1: first.image('first') });
    second.tag({ v1: second.image('second') });
    await first.sync();
    await makeOlder(first);
    assert.equal((await second.sync()).blobs, 1);
    await assertWhole(second);
  });
}

describe(
  'several sources in one destination',
  { skip: unavailable(COMMANDS), concurrency: 2 },
  () => {
    const places = new Places();
    before(() => places.start());
    after(() => places[Symbol.asyncDispose]());
    for (const kind of KINDS)
      describe(kind, { concurrency: 2 }, () => severalSourcesCases(() => places.of(kind)));
  },
);
