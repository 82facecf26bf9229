import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { unavailable } from '../../parts/availability.ts';
import { FakeRegistry } from '../fake-registry.ts';
import { runMirror, writeMirrorConfiguration } from '../mirror-command.ts';
import { contentOf, type Place } from '../place.ts';
import { COMMANDS, type Scene, startScene } from '../scene.ts';
import { type CopyPlace, makeCopyPlaces } from './copy-places.ts';
import { walkCopy } from './copy-reader.ts';
import { CopyRun } from './copy-run.ts';

/** What a place has, without the times at which it was written. */
const contentsOf = (place: Place): Promise<Record<string, string>> => contentOf(place);

describe('what a copy of a registry refuses', { skip: unavailable(COMMANDS) }, () => {
  let scene: Scene;
  before(async () => {
    scene = await startScene();
  });
  after(() => scene?.[Symbol.asyncDispose]());

  const run = (command: string, registry: FakeRegistry, places: readonly CopyPlace[], more = {}) =>
    runMirror(
      [command],
      writeMirrorConfiguration(scene.folder, {
        source: { url: registry.url, repositories: { from: 'list', names: ['app'] }, ...more },
        destinations: places.map(({ destination }) => destination),
        limits: { requestsPerSecond: 0 },
      }),
      scene,
    );
  const withImage = async (): Promise<FakeRegistry> => {
    const registry = await FakeRegistry.start();
    const layers = [registry.blob('app', Buffer.from('layer'))];
    registry.manifest('app', { schemaVersion: 2, layers }, 'v1');
    return registry;
  };

  test("another registry's copy: nothing is written, and the message names both", async () => {
    await using one = await withImage();
    await using other = await withImage();
    const places = await makeCopyPlaces(scene, 'owned');
    assert.equal((await run('sync', one, places)).code, 0);
    for (const [at, place] of places.entries()) {
      const before = await contentsOf(place.place);
      for (const command of ['plan', 'sync']) {
        const { code, stderr } = await run(command, other, [places[at]]);
        assert.equal(code, 1);
        assert.match(
          stderr,
          new RegExp(
            `destination "[^"]+" is a copy of ${new URL(one.url).host} \\(archeio/copy/owner.json\\), not of ${new URL(other.url).host}: use another bucket or directory`,
          ),
        );
      }
      const path = await run('sync', one, [places[at]], { path: 'team' });
      assert.match(path.stderr, /is a copy of 127[^/]* \(.*, not of 127[^ ]*\/team: use another/);
      assert.deepEqual(await contentsOf(place.place), before);
    }
    // The other destination is not written to either.
    const fresh = await makeCopyPlaces(scene, 'owned-fresh');
    assert.equal((await run('sync', other, [fresh[0], places[1]])).code, 1);
    assert.deepEqual(await fresh[0].place.keys(), []);
  });

  test('two mirrors that begin at the same time: one of them fills the copy', async () => {
    await using one = await withImage();
    await using other = await withImage();
    for (const place of await makeCopyPlaces(scene, 'raced')) {
      const outcomes = await Promise.all([one, other].map((each) => run('sync', each, [place])));
      const codes = outcomes.map(({ code }) => code).toSorted((a, b) => a - b);
      assert.deepEqual(codes, [0, 1], outcomes.map(({ stderr }) => stderr).join('\n'));
      const owner = JSON.parse(await place.text('archeio/copy/owner.json')).registry;
      assert.equal(owner, [one, other][outcomes.findIndex(({ code }) => code === 0)].url);
      assert.equal(JSON.parse(await place.text('archeio/registry.json')).registry, owner);
      assert.deepEqual((await walkCopy(place.get, 'app')).problems, []);
    }
  });

  test('objects under v2/ that the mirror did not write', async () => {
    await using registry = await withImage();
    for (const { place, destination } of await makeCopyPlaces(scene, 'foreign')) {
      await place.set('v2/other/tags/list', Buffer.from('{}'));
      const { code, stderr } = await run('sync', registry, [{ destination } as CopyPlace]);
      assert.equal(code, 1);
      assert.match(
        stderr,
        /has v2\/other\/tags\/list, which this mirror did not write: use an empty/,
      );
      assert.deepEqual(await place.keys(), ['v2/other/tags/list']);
    }
  });

  test('an owner that cannot be read', async () => {
    await using registry = await withImage();
    const [{ place, destination }] = await makeCopyPlaces(scene, 'unreadable');
    await place.set('archeio/registry.json', Buffer.from('{'));
    const { code, stderr } = await run('plan', registry, [{ destination } as CopyPlace]);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /cannot tell whose copy destination "[^"]+" is: archeio\/registry.json does not/,
    );
  });

  test('a repository whose name collides with a tag of another, and with its list of tags', async () => {
    await using registry = await FakeRegistry.start();
    for (const [name, tag] of [
      ['a', 'b'],
      ['a/manifests/b', 'v1'],
      ['c', 'v1'],
      ['c/tags/list', 'v1'],
    ]) {
      const layers = [registry.blob(name, Buffer.from(name))];
      registry.manifest(name, { schemaVersion: 2, layers }, tag);
    }
    const places = await makeCopyPlaces(scene, 'colliding');
    const keys = await Promise.all(places.map(({ place }) => place.keys()));
    for (const [names, message] of [
      [
        ['a', 'a/manifests/b'],
        /cannot hold repository a\/manifests\/b next to tag a:b: both would be v2\/a\/manifests\/b, /,
      ],
      [
        ['c', 'c/tags/list'],
        /cannot hold repository c\/tags\/list next to the list of tags of c: /,
      ],
    ] as const)
      for (const place of places) {
        const { code, stderr } = await run('plan', registry, [place], {
          repositories: { from: 'list', names },
        });
        assert.equal(code, 1);
        assert.match(stderr, message);
      }
    assert.deepEqual(await Promise.all(places.map(({ place }) => place.keys())), keys);
  });

  test('a key in the way, platforms, and blobs without a copy', async () => {
    await using registry = await FakeRegistry.start();
    const destination = { name: 'disk', type: 'directory', path: '/nowhere' };
    for (const [keys, source, message] of [
      [
        { contents: 'registry', key: 'v2/{digest}' },
        {},
        /destinations\[0\]\.key: "v2\/\{digest\}" begins with "v2\/"/,
      ],
      [
        { contents: 'registry', key: 'types/{hex}' },
        {},
        /destinations\[0\]\.key: .* begins with "types\/"/,
      ],
      [
        { contents: 'registry' },
        { platforms: ['linux/amd64'] },
        /\[0\]\.contents: "registry" requires all platforms/,
      ],
      [{ blobs: 'repository' }, {}, /\[0\]\.blobs: "repository" requires "contents: registry"/],
    ] as const) {
      const place = { destination: { ...destination, ...keys } } as CopyPlace;
      const { code, stderr } = await run('plan', registry, [place], source);
      assert.equal(code, 1);
      assert.match(stderr, message);
    }
  });

  test('an index that lacks an image is not written, and neither is its tag', async () => {
    for (const place of await makeCopyPlaces(scene, 'sparse')) {
      await using copy = await CopyRun.start(place, scene.folder);
      const image = copy.image(['there']);
      const missing = { ...image, digest: `sha256:${'0'.repeat(64)}` };
      const index = copy.registry.manifest('app', {
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.index.v1+json',
        manifests: [image, missing],
      });
      copy.tag({ sound: image, sparse: index });
      const { code } = await copy.command('sync');
      assert.equal(code, 1);
      assert.deepEqual(await walkCopy(place.get, 'app', ['sparse']), {
        tags: { sound: image.digest },
        problems: [],
      });
      assert.equal((await place.get(`v2/app/manifests/${index.digest}`)).status, 404);
      assert.ok(!(await place.place.keys()).includes('archeio/registry.json'));
    }
  });

  test('a manifest that states a wrong size of a blob is not written', async () => {
    const [place] = await makeCopyPlaces(scene, 'wrong-size');
    await using copy = await CopyRun.start(place, scene.folder);
    const layer = copy.registry.blob('app', Buffer.from('layer'));
    const sound = copy.image(['layer']);
    const wrong = copy.registry.manifest('app', {
      schemaVersion: 2,
      layers: [{ ...layer, size: layer.size + 1 }],
    });
    copy.tag({ sound, wrong });
    assert.equal((await copy.command('sync')).code, 1);
    assert.deepEqual(await walkCopy(place.get, 'app', ['wrong']), {
      tags: { sound: sound.digest },
      problems: [],
    });
  });

  test('a tag that moves to a manifest of another media type lies in one tree afterwards', async () => {
    const [, place] = await makeCopyPlaces(scene, 'retyped');
    await using copy = await CopyRun.start(place, scene.folder);
    const image = copy.image(['image']);
    const index = copy.registry.manifest('app', {
      schemaVersion: 2,
      mediaType: 'application/vnd.docker.distribution.manifest.list.v2+json',
      manifests: [image],
    });
    for (const now of [image, index, image, index]) {
      copy.tag({ latest: now });
      await copy.sync();
      assert.deepEqual(await walkCopy(place.get, 'app'), {
        tags: { latest: now.digest },
        problems: [],
      });
      const files = (await place.place.keys()).filter((key) => key.endsWith('/latest'));
      assert.equal(files.length, 1);
    }
  });
});
