import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { unavailable } from '../../parts/availability.ts';
import { contentOf } from '../place.ts';
import { COMMANDS, type Scene, startScene } from '../scene.ts';
import { makeCopyPlaces } from './copy-places.ts';
import { walkCopy } from './copy-reader.ts';
import { CopyRun, grownOld, INDEX } from './copy-run.ts';

describe('upkeep of a copy of a registry', { skip: unavailable(COMMANDS) }, () => {
  let scene: Scene;
  before(async () => {
    scene = await startScene();
  });
  after(() => scene?.[Symbol.asyncDispose]());

  let made = 0;
  const start = async (kind: 'bucket' | 'directory'): Promise<CopyRun> => {
    const places = await makeCopyPlaces(scene, `upkeep-${made++}`);
    return CopyRun.start(places[kind === 'bucket' ? 0 : 1], scene.folder);
  };
  const keysOf = async ({ place }: CopyRun): Promise<readonly string[]> =>
    (await place.place.keys()).map((key) => key.replace(/^types\/[^/]*\//, '')).toSorted();

  for (const kind of ['bucket', 'directory'] as const) {
    test(`gc deletes what no tag needs, and leaves the rest whole (${kind})`, async () => {
      await using run = await start(kind);
      run.more = { tags: { deleted: 'follow' } };
      const kept = run.image(['shared', 'kept']);
      const dropped = run.image(['shared', 'dropped']);
      const index = run.registry.manifest('app', {
        schemaVersion: 2,
        mediaType: INDEX,
        manifests: [dropped],
      });
      run.tag({ v1: kept });
      await run.sync();
      const stored = await keysOf(run);
      run.tag({ v1: kept, v2: index });
      await run.sync();
      const more = await keysOf(run);
      run.tag({ v1: kept });
      await run.sync();
      const lacksTag = more.filter((key) => !key.endsWith('/v2'));
      assert.deepEqual(await keysOf(run), lacksTag);
      assert.match(
        (await run.gc()).stdout,
        /; of the copy, would delete 0 of 4 manifests and tags; 3 obj/,
      );
      await grownOld();
      const limited = await run.command('gc', '--older-than', '1s', '--delete');
      assert.match(
        limited.stderr,
        /2 of 4 manifests and tags of the copy in destination "[^"]+" would/,
      );
      const done = await run.gc('--delete');
      assert.match(done.stdout, /; of the copy, deleted 2 of 4 manifests and tags; 0 objects/);
      assert.deepEqual(await keysOf(run), [...stored, 'archeio/unreferenced.json'].toSorted());
      const walk = await walkCopy(run.place.get, 'app', ['v2']);
      assert.deepEqual(walk, { tags: { v1: kept.digest }, problems: [] });
      run.tag({ v1: kept, v2: index });
      await run.sync();
      assert.deepEqual((await walkCopy(run.place.get, 'app')).tags, {
        v1: kept.digest,
        v2: index.digest,
      });
    });

    test(`gc keeps everything below a tag that the source deleted, if tags are kept (${kind})`, async () => {
      await using run = await start(kind);
      const kept = run.image(['kept']);
      const gone = run.image(['gone']);
      run.tag({ v1: kept, v2: gone });
      await run.sync();
      run.tag({ v1: kept });
      await run.sync();
      await run.gc();
      await grownOld();
      assert.match((await run.gc('--delete')).stdout, /deleted 0 of 2 blobs.*deleted 0 of 4 manif/);
      assert.deepEqual(await walkCopy(run.place.get, 'app'), {
        tags: { v1: kept.digest, v2: gone.digest },
        problems: [],
      });
      assert.ok((await keysOf(run)).filter((key) => key.startsWith('containers/')).length === 2);
    });

    test(`gc deletes nothing while the copy has a tag that the mirror does not know (${kind})`, async () => {
      await using run = await start(kind);
      run.tag({ v1: run.image(['layer']) });
      await run.sync();
      const { place } = run.place;
      const tag = (await place.keys()).find((key) => key.endsWith('/v1')) ?? '';
      await place.set(tag.replace('/v1', '/v2'), await place.get(tag));
      const before = await contentOf(place);
      const refused = await run.gc('--delete');
      assert.equal(refused.code, 1);
      assert.match(
        refused.stderr,
        /nothing was deleted: destination "[^"]+" has v2\/app\/manifests\/v2, a tag that neither the source/,
      );
      assert.deepEqual(await contentOf(place), before);
    });

    test(`gc keeps what a tag names in the copy until sync has moved it (${kind})`, async () => {
      await using run = await start(kind);
      run.more = { tags: { deleted: 'follow' } };
      const old = run.image(['old']);
      const other = run.image(['other']);
      run.tag({ latest: old });
      await run.sync();
      run.tag({ latest: other });
      await run.gc();
      await grownOld();
      await run.gc('--delete');
      assert.deepEqual(await walkCopy(run.place.get, 'app'), {
        tags: { latest: old.digest },
        problems: [],
      });
      await run.sync();
      await run.gc();
      await grownOld();
      await run.gc('--delete');
      assert.deepEqual(await walkCopy(run.place.get, 'app'), {
        tags: { latest: other.digest },
        problems: [],
      });
      assert.ok(!(await keysOf(run)).some((key) => key.includes(old.digest)));
    });

    test(`lists of referrers follow the source, by the API and by the tag schema (${kind})`, async () => {
      await using run = await start(kind);
      const { get, text } = run.place;
      const subject = run.image(['subject']);
      const first = run.image(['first'], { subject, artifactType: 'application/x-first' });
      const annotations = { by: 'test' };
      const second = run.image(['second'], {
        subject,
        config: {
          mediaType: 'application/x-second',
          digest: run.registry.blob('app', Buffer.from('{}')).digest,
          size: 2,
        },
        annotations,
      });
      run.tag({ v1: subject });
      run.refer(subject, first);
      const [api, tag] = [
        `v2/app/referrers/${subject.digest}`,
        `v2/app/manifests/${subject.digest.replace(':', '-')}`,
      ];
      const listed = async (): Promise<unknown> => JSON.parse(await text(api)).manifests;
      await run.sync();
      const one = { ...first, artifactType: 'application/x-first' };
      const two = { ...second, artifactType: 'application/x-second', annotations };
      assert.deepEqual(await listed(), [one]);
      assert.equal(await text(tag), await text(api));
      if (kind === 'bucket') assert.equal((await get(api)).type, INDEX);
      assert.equal((await get(tag)).type, INDEX);
      assert.deepEqual(Object.keys((await walkCopy(get, 'app')).tags), ['v1']);

      // Another referrer: only --all asks the API about a manifest that is mirrored.
      run.refer(subject, first, second);
      await run.sync('--all');
      const both = [one, two].toSorted((a, b) => (a.digest < b.digest ? -1 : 1));
      assert.deepEqual(await listed(), both);

      run.refer(subject, second);
      await run.gc();
      await grownOld();
      await run.gc('--delete');
      assert.deepEqual(await listed(), [two]);
      assert.equal(await text(tag), await text(api));
      assert.equal((await get(`v2/app/manifests/${first.digest}`)).status, 404);

      run.refer(subject);
      await run.gc();
      await grownOld();
      await run.gc('--delete');
      for (const key of [api, tag]) assert.equal((await get(key)).status, 404);
      assert.deepEqual((await walkCopy(get, 'app')).problems, []);
    });

    test(`a list of referrers and a signature that the source has as tags are written as pushed (${kind})`, async () => {
      await using run = await start(kind);
      const subject = run.image(['subject']);
      const referrer = run.image(['referrer'], { subject, artifactType: 'application/x' });
      const list = run.registry.manifest('app', {
        mediaType: INDEX,
        schemaVersion: 2,
        manifests: [referrer],
        annotations: { pushed: 'by a client' },
      });
      const tag = subject.digest.replace(':', '-');
      const signature = run.image(['signature']);
      run.tag({ v1: subject, [tag]: list, [`${tag}.sig`]: signature });
      await run.sync();
      const { tags, problems } = await walkCopy(run.place.get, 'app');
      const expected = { v1: subject.digest, [tag]: list.digest, [`${tag}.sig`]: signature.digest };
      assert.deepEqual([tags, problems], [expected, []]);
      const api = JSON.parse(await run.place.text(`v2/app/referrers/${subject.digest}`));
      assert.deepEqual(api.manifests, [{ ...referrer, artifactType: 'application/x' }]);
    });

    test(`verify finds and repairs what is wrong in a copy (${kind})`, async () => {
      await using run = await start(kind);
      const image = run.image(['layer']);
      const other = run.image(['other']);
      run.tag({ v1: image, v2: image, v3: other });
      await run.sync();
      const sound = await run.command('verify', '--json');
      assert.equal(sound.code, 0, sound.stderr);
      assert.equal(JSON.parse(sound.stdout).copies[0].objects, 8);
      const { place } = run.place;
      const whole = await keysOf(run);
      const at = async (end: string): Promise<string> =>
        (await place.keys()).find((key) => key.includes('v2/app/') && key.endsWith(end)) ?? '';
      const manifest = await place.get(await at('/v3'));
      await place.set(await at('/v2'), manifest);
      await place.set(await at('tags/list'), Buffer.from('{"name":"app","tags":[]}'));
      await place.set(await at(`manifests/${image.digest}`), Buffer.from('{}'));
      await place.remove(await at('/v1'));
      const found = JSON.parse((await run.command('verify', '--json')).stdout);
      const told = (list: readonly { key: string; why: string }[]): string[] =>
        list.map(({ key, why }) => `${key} ${why}`).toSorted();
      assert.deepEqual(told(found.copies[0].corrupt), [
        `v2/app/manifests/${image.digest} is not the manifest ${image.digest}`,
        `v2/app/manifests/v2 is not the manifest ${image.digest}`,
        'v2/app/tags/list is not what the mirror wrote',
      ]);
      assert.deepEqual(told(found.copies[0].missing), ['v2/app/manifests/v1 is missing']);
      const repaired = await run.command('verify', '--repair', '--json');
      assert.equal(repaired.code, 0, repaired.stderr);
      assert.equal((await run.command('verify')).code, 0);
      assert.deepEqual(await keysOf(run), whole);
      assert.deepEqual((await walkCopy(run.place.get, 'app')).problems, []);
    });
  }

  test('verify finds a wrong media type in a bucket', async () => {
    await using run = await start('bucket');
    run.tag({ v1: run.image(['layer']) });
    await run.sync();
    const { place } = run.place;
    const key = 'v2/app/manifests/v1';
    await place.set(key, await place.get(key));
    const { code, stderr } = await run.command('verify');
    assert.equal(code, 1);
    assert.match(
      stderr,
      /corrupt in the copy in destination "[^"]+": v2\/app\/manifests\/v1 has media type "[^"]*" instead of application\/vnd\.oci\.image\.manifest/,
    );
    assert.equal((await run.command('verify', '--repair')).code, 0);
    assert.equal((await run.command('verify')).code, 0);
  });

  test('an inventory lists blobs only, and no object of a copy', async () => {
    await using run = await start('bucket');
    run.tag({ v1: run.image(['one', 'two']) });
    await run.sync();
    const { stdout } = await run.command('inventory', '--json');
    assert.equal(JSON.parse(stdout).blobs, 2);
  });
});
