import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { recordKey } from '@archeio/mirror-plan';
import { sourceId } from '../../packages/mirror/src/source/source-id.ts';
import { unavailable } from '../parts/availability.ts';
import { mustClean } from '../parts/clean-command.ts';
import type { Outcome } from '../parts/command.ts';
import { startDockerRegistry } from '../parts/docker-registry.ts';
import { digestOf } from './fake-registry.ts';
import { runMirror, summaryOf, writeMirrorConfiguration } from './mirror-command.ts';
import { contentOf, Directory, keyOf } from './place.ts';
import { blobsOf, manifestsOf, pushImage, type PushedImage } from './pushed-images.ts';

describe('an OCI image layout', { skip: unavailable(['docker-registry', 'skopeo']) }, () => {
  let folder: string;
  let layout: string;
  let images: readonly PushedImage[];
  let places = 0;

  /** A layout as skopeo writes it: an index.json of indexes of images, two of them named. */
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'archeio-mirror-'));
    layout = join(folder, 'layout');
    await using registry = await startDockerRegistry(join(folder, 'registry'));
    const push = (tag: string) => pushImage(registry.host, folder, 'app', tag);
    images = [await push('v1'), await push('v2')];
    const copy = ['skopeo', 'copy', '--all', '--quiet', '--src-tls-verify=false'];
    for (const to of ['v1', 'v2'])
      await mustClean([...copy, `docker://${registry.host}/app:${to}`, `oci:${layout}:${to}`], {
        folder,
      });
  });
  after(() => rmSync(folder, { recursive: true }));

  async function sync(
    path: string,
    more: object = {},
  ): Promise<{ readonly outcome: Outcome; readonly place: Directory }> {
    const disk = join(folder, `place-${places++}`);
    const configuration = writeMirrorConfiguration(folder, {
      source: { repositories: { from: 'layout', path, name: 'app' }, ...more },
      destinations: [{ name: 'disk', type: 'directory', path: disk }],
    });
    const outcome = await runMirror(['sync', '--json'], configuration, { folder });
    return { outcome, place: new Directory(disk) };
  }

  /** A copy of the layout, for the test to break. */
  function copied(): string {
    const path = join(folder, `layout-${places++}`);
    cpSync(layout, path, { recursive: true });
    return path;
  }

  const fileOf = (path: string, digest: string): string =>
    join(path, 'blobs', ...digest.split(':'));

  test('everything in it arrives, through indexes in its index', async () => {
    const { outcome, place } = await sync(layout);
    assert.equal(summaryOf(outcome).blobs, blobsOf(images).length);
    const content = await contentOf(place);
    for (const { digest } of blobsOf(images))
      assert.equal(`sha256:${content[keyOf(digest)]}`, digest);
    const id = sourceId(`OCI image layout ${layout}`);
    for (const digest of manifestsOf(images))
      assert.ok(content[recordKey(id, digest)] !== undefined);
  });

  test('tags and platforms are selected by the names and platforms in it', async () => {
    const [{ image }] = images;
    const { outcome, place } = await sync(layout, {
      tags: { include: ['v1'] },
      platforms: ['linux/arm64'],
    });
    summaryOf(outcome);
    const arm64 = image.platforms.find(({ architecture }) => architecture === 'arm64');
    assert.ok(arm64);
    assert.deepEqual(
      (await place.keys()).filter((key) => key.startsWith('containers/')).toSorted(),
      [arm64.config, ...arm64.layers].map(({ digest }) => keyOf(digest)).toSorted(),
    );
  });

  test('tags are selected if the layout has full image names, as Podman writes them', async () => {
    const path = copied();
    const file = join(path, 'index.json');
    const text = readFileSync(file, 'utf8')
      .replace('"v1"', '"docker.io/library/app:v1"')
      .replace('"v2"', '"localhost:5000/team/app:v2"');
    // A byte order mark makes no difference.
    writeFileSync(file, `\uFEFF${text}`);
    for (const [tag, image] of [
      ['v1', images[0]],
      ['v2', images[1]],
    ] as const) {
      const { outcome, place } = await sync(path, { tags: { include: [tag] } });
      assert.equal(summaryOf(outcome).tags, 1);
      const id = sourceId(`OCI image layout ${path}`);
      for (const digest of manifestsOf([image]))
        assert.ok((await place.keys()).includes(recordKey(id, digest)));
    }
  });

  test('missing and wrong content is reported, and the rest arrives', async () => {
    const path = copied();
    const [missing, wrong, cut, ...rest] = images[1].image.blobs.map(({ digest }) => digest);
    rmSync(fileOf(path, missing));
    const bytes = readFileSync(fileOf(path, wrong));
    bytes[0] ^= 1;
    writeFileSync(fileOf(path, wrong), bytes);
    writeFileSync(fileOf(path, cut), readFileSync(fileOf(path, cut)).subarray(1));
    const [first, second] = images[0].image.manifests;
    rmSync(fileOf(path, first.digest));
    writeFileSync(fileOf(path, second.digest), '{}');

    const { outcome, place } = await sync(path);
    assert.equal(outcome.code, 1);
    assert.doesNotMatch(outcome.stderr, /\n\s+at /);
    for (const line of [
      `app ${missing}: cannot read "blobs/sha256/${missing.slice(7)}" of OCI image layout ".*": there is no such file or directory`,
      `app ${wrong}: blob ${wrong} has digest sha256:\\w+ at the source`,
      `app ${cut}: blob ${cut} has \\d+ bytes at the source, but its manifest says \\d+`,
      `app ${first.digest}: cannot read "blobs/sha256/${first.digest.slice(7)}" of OCI .*: there is no such file or directory`,
      `app ${second.digest}: cannot use manifest ${second.digest}: its bytes have digest ${digestOf('{}')}`,
    ])
      assert.match(outcome.stderr, new RegExp(line));
    const keys = new Set(await place.keys());
    for (const digest of [missing, wrong, cut]) assert.ok(!keys.has(keyOf(digest)));
    for (const digest of rest) assert.ok(keys.has(keyOf(digest)));
  });

  test('a directory that is not a layout is reported before anything is read', async () => {
    const without = (file: string): string => {
      const path = copied();
      rmSync(join(path, file));
      return path;
    };
    const withText = (file: string, text: string): string => {
      const path = copied();
      writeFileSync(join(path, file), text);
      return path;
    };
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    for (const [path, why] of [
      [
        without('index.json'),
        '"index.json" of OCI image layout ".*": there is no such file or directory \\(ENOENT\\)',
      ],
      [
        without('oci-layout'),
        '"oci-layout" of OCI image layout ".*": there is no such file or directory \\(ENOENT\\)',
      ],
      [
        empty,
        '"oci-layout" of OCI image layout ".*": there is no such file or directory \\(ENOENT\\)',
      ],
      [
        join(folder, 'nowhere'),
        '"oci-layout" of OCI image layout ".*": there is no such file or directory \\(ENOENT\\)',
      ],
      [withText('oci-layout', '{"imageLayoutVersion":"2"}'), '.*: expected .* 1.0.0, not "2"'],
      [withText('oci-layout', 'x'), '.*: expected imageLayoutVersion 1.0.0, but found none'],
      [withText('index.json', '{"layers":[]}'), '.*: expected an image index with manifests'],
      [withText('index.json', '['), '"index.json" .*: cannot read manifest: it is not JSON'],
    ]) {
      const { outcome } = await sync(path);
      assert.equal(outcome.code, 1);
      assert.equal(outcome.stderr, `archeio: ${JSON.parse(outcome.stdout).error}\n`);
      assert.match(outcome.stderr, new RegExp(`^archeio: cannot read ${why}\n$`));
    }
  });
});
