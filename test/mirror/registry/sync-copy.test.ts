import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { RUNTIMES } from '../../parts/archeio-process.ts';
import { unavailable } from '../../parts/availability.ts';
import { runMirror, summaryOf, writeMirrorConfiguration } from '../mirror-command.ts';
import { pushImage } from '../pushed-images.ts';
import { COMMANDS, type Scene, startScene } from '../scene.ts';
import { type CopyPlace, makeCopyPlaces } from './copy-places.ts';
import { walkCopy } from './copy-reader.ts';
import { deleteManifest, setTag } from './registry-writes.ts';

const INDEX = 'application/vnd.oci.image.index.v1+json';

describe('a copy of a registry', { skip: unavailable(COMMANDS) }, () => {
  let scene: Scene;
  before(async () => {
    scene = await startScene();
  });
  after(() => scene?.[Symbol.asyncDispose]());

  const configure = (
    places: readonly CopyPlace[],
    names: readonly string[],
    source: object = {},
  ): string =>
    writeMirrorConfiguration(scene.folder, {
      source: { url: scene.registry.url, repositories: { from: 'list', names }, ...source },
      destinations: places.map(({ destination }) => destination),
      limits: { requestsPerSecond: 0 },
    });
  const sync = async (configuration: string, ...args: string[]) =>
    summaryOf(await runMirror(['sync', '--json', ...args], configuration, scene));
  const push = (repository: string, tag: string) =>
    pushImage(scene.registry.host, scene.folder, repository, tag);
  const statusOf = async (place: CopyPlace, key: string): Promise<number> =>
    (await place.get(key)).status;

  for (const runtime of RUNTIMES)
    test(`has every manifest by digest and by tag, and a second run reads no manifest (${runtime})`, async () => {
      const repository = `team/first-${runtime}`;
      const one = await push(repository, 'v1');
      await push(repository, 'v2');
      const places = await makeCopyPlaces(scene, `first-${runtime}`);
      const configuration = configure(places, [repository]);
      const run = async () =>
        runMirror(['sync', '--json'], configuration, { folder: scene.folder, runtime });
      const first = JSON.parse((await run()).stdout);
      assert.deepEqual(
        first.copies.map(({ manifests, tags, whole }: Record<string, unknown>) => [
          manifests,
          tags,
          whole,
        ]),
        [
          [6, 2, true],
          [6, 2, true],
        ],
      );
      for (const place of places) {
        const walk = await walkCopy(place.get, repository);
        assert.deepEqual(walk.problems, []);
        assert.deepEqual(Object.keys(walk.tags), ['v1', 'v2']);
        assert.equal(walk.tags['v1'], one.image.index.digest);
        const list = JSON.parse(await place.text(`v2/${repository}/tags/list`));
        assert.deepEqual(list, { name: repository, tags: ['v1', 'v2'] });
        const about = JSON.parse(await place.text('archeio/registry.json'));
        assert.deepEqual(
          { ...about, finishedAt: undefined },
          {
            version: 1,
            registry: scene.registry.url,
            path: '',
            finishedAt: undefined,
            repositories: 1,
            manifests: 6,
          },
        );
        assert.ok(Math.abs(Date.parse(about.finishedAt) - Date.now()) < 600_000);
      }
      const [{ get }] = places;
      assert.deepEqual(
        [(await get('v2/')).type, (await get(`v2/${repository}/tags/list`)).type],
        ['application/json', 'application/json'],
      );

      const asked = await scene.registry.log.mark();
      const written = await scene.radosgw.log.mark();
      const second = JSON.parse((await run()).stdout);
      assert.deepEqual(
        second.copies,
        first.copies.map(({ name }: { name: string }) => ({
          name,
          manifests: 0,
          tags: 0,
          deleted: 0,
          whole: true,
        })),
      );
      const requests = (await scene.registry.log.since(asked)).map(
        ({ method, path }) => `${method} ${path.replace(/.*\//, '')}`,
      );
      assert.deepEqual(requests.toSorted(), ['GET ', 'GET list?n=1000', 'HEAD v1', 'HEAD v2']);
      const puts = (await scene.radosgw.log.since(written)).filter(
        ({ method }) => method === 'PUT',
      );
      assert.deepEqual(
        puts.map(({ path }) => path.split('?')[0]),
        [`/first-${runtime}/archeio/registry.json`],
      );
    });

  test('a moved tag is one put, after its manifests, and the list of tags is unchanged', async () => {
    const repository = 'moved';
    await push(repository, 'v1');
    const { url } = scene.registry;
    const [old, other] = [
      await setTag(url, repository, 'latest', 'v1'),
      (await push(repository, 'v2')).image,
    ];
    const places = await makeCopyPlaces(scene, 'moved');
    const configuration = configure(places, [repository], { tags: { include: ['latest'] } });
    await sync(configuration);
    for (const { get } of places)
      assert.deepEqual((await walkCopy(get, repository)).tags, { latest: old });
    await setTag(url, repository, 'latest', 'v2');
    const mark = await scene.radosgw.log.mark();
    await sync(configuration);
    const puts = (await scene.radosgw.log.since(mark))
      .filter(({ method, path }) => method === 'PUT' && path.includes('/v2/'))
      .map(({ path }) => path.split('?')[0].replace(/.*\/moved\//, ''));
    assert.deepEqual(puts.filter((path) => path === 'manifests/latest').length, 1);
    assert.equal(puts.at(-1), 'manifests/latest');
    assert.ok(!puts.includes('tags/list'));
    for (const { get } of places)
      assert.deepEqual(await walkCopy(get, repository), {
        tags: { latest: other.index.digest },
        problems: [],
      });
  });

  test('a tag that another run overwrote meanwhile is written again', async () => {
    const repository = 'overwritten';
    const one = (await push(repository, 'v1')).image.index.digest;
    await push(repository, 'v2');
    const places = await makeCopyPlaces(scene, 'overwritten');
    const configuration = configure(places, [repository]);
    await sync(configuration);
    const [bucket] = places;
    const other = await bucket.place.get(`v2/${repository}/manifests/v2`);
    await bucket.place.set(`v2/${repository}/manifests/v1`, other);
    await sync(configuration);
    for (const { get } of places) {
      const { tags, problems } = await walkCopy(get, repository);
      assert.deepEqual([tags['v1'], problems], [one, []]);
    }
  });

  for (const deleted of ['keep', 'follow'] as const)
    test(`tags that the source no longer has: ${deleted}`, async () => {
      const repository = `deleted-${deleted}`;
      await push(repository, 'v1');
      const two = await push(repository, 'v2');
      const places = await makeCopyPlaces(scene, `deleted-${deleted}`);
      const configuration = configure(places, [repository], { tags: { deleted } });
      await sync(configuration);
      await deleteManifest(scene.registry.url, repository, two.image.index.digest);
      await sync(configuration);
      const left = deleted === 'keep' ? ['v1', 'v2'] : ['v1'];
      for (const place of places) {
        const { tags, problems } = await walkCopy(place.get, repository, ['v2']);
        assert.deepEqual([Object.keys(tags), problems], [left, []]);
        // By digest it stays until gc has seen it unneeded for long enough.
        const byDigest = `v2/${repository}/manifests/${two.image.index.digest}`;
        assert.equal(await statusOf(place, byDigest), 200);
      }
    });

  test('a destination that had only blobs becomes a copy, and no blob is read again', async () => {
    const repository = 'later';
    await push(repository, 'v1');
    const places = await makeCopyPlaces(scene, 'later');
    const only = places.map((place) => ({
      ...place,
      destination: { ...place.destination, contents: 'blobs', blobs: 'key' },
    }));
    assert.ok((await sync(configure(only, [repository]))).blobs > 0);
    for (const { place } of places)
      assert.ok(!(await place.keys()).some((key) => /^(v2|types)\//.test(key)));
    const { blobs, passed } = await sync(configure(places, [repository]));
    assert.deepEqual([blobs, passed], [0, 0]);
    for (const { get } of places) {
      const { tags, problems } = await walkCopy(get, repository);
      assert.deepEqual([Object.keys(tags), problems], [['v1'], []]);
    }
    assert.equal((await sync(configure(places, [repository]))).passed, 1);
  });

  test('what the mirror knows of a repository can be lost, and what is missing in the copy comes back', async () => {
    const repository = 'lost';
    const { image } = await push(repository, 'v1');
    const places = await makeCopyPlaces(scene, 'lost');
    const configuration = configure(places, [repository]);
    await sync(configuration);
    const [bucket, directory] = places.map(({ place }) => place);
    await bucket.remove(`archeio/copy/repositories/${repository}/@state.json`);
    await directory.set(`archeio/copy/repositories/${repository}/@state.json`, Buffer.from('{'));
    await sync(configuration);
    await bucket.remove(`v2/${repository}/manifests/${image.manifests[0].digest}`);
    await sync(configuration);
    assert.equal((await sync(configuration)).passed, 1);
    for (const { get } of places)
      assert.deepEqual(await walkCopy(get, repository), {
        tags: { v1: image.index.digest },
        problems: [],
      });
  });

  test('the media type is that of the pushed manifest', async () => {
    const repository = 'types';
    const { image } = await push(repository, 'v1');
    const places = await makeCopyPlaces(scene, 'types');
    await sync(configure(places, [repository]));
    for (const { get } of places) {
      assert.equal((await get(`v2/${repository}/manifests/v1`)).type, INDEX);
      const child = image.manifests[0];
      assert.equal((await get(`v2/${repository}/manifests/${child.digest}`)).type, child.mediaType);
    }
  });

  test('workers share the work, and a run without shards completes the copy', async () => {
    const names = ['shared/a', 'shared/b', 'shared/c'];
    for (const name of names) await push(name, 'v1');
    const places = await makeCopyPlaces(scene, 'shared');
    const configuration = configure(places, names);
    const shards = ['1/3', '2/3', '3/3'].map((shard) => sync(configuration, '--shard', shard));
    await Promise.all(shards);
    for (const place of places)
      assert.equal((await place.place.keys()).includes('archeio/registry.json'), false);
    await sync(configuration);
    for (const place of places) {
      for (const name of names) assert.deepEqual((await walkCopy(place.get, name)).problems, []);
      assert.equal(JSON.parse(await place.text('archeio/registry.json')).manifests, 9);
    }
  });
});
