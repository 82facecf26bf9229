import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { unavailable } from '../parts/availability.ts';
import { startDockerRegistry } from '../parts/docker-registry.ts';
import { FakeRegistry } from './fake-registry.ts';
import { runMirror, type Summary, summaryOf, writeMirrorConfiguration } from './mirror-command.ts';
import { keyOf } from './place.ts';
import { pushReferrer } from './pushed-artifact.ts';
import { blobsOf, pushImage } from './pushed-images.ts';

/** Referrers of images, pushed together with them or later. */

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'archeio-mirror-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const isThere = ({ digest }: { digest: string }): boolean =>
  existsSync(join(folder, 'disk', keyOf(digest)));

const configure = (url: string): string =>
  writeMirrorConfiguration(folder, {
    source: { url, repositories: { from: 'list', names: ['app'] } },
    destinations: [{ name: 'disk', type: 'directory', path: join(folder, 'disk') }],
    limits: { requestsPerSecond: 0 },
  });

async function sync(url: string, ...args: string[]): Promise<Summary> {
  return summaryOf(await runMirror(['sync', '--json', ...args], configure(url), { folder }));
}

test(
  'referrers are found by tag in a registry without the API, even later ones of an image below an index',
  { skip: unavailable(['docker-registry', 'skopeo']) },
  async () => {
    await using registry = await startDockerRegistry(join(folder, 'registry'));
    const pushed = await pushImage(registry.host, folder, 'app', 'v1');
    const { index, manifests } = pushed.image;
    const repository = `${registry.url}/v2/app`;
    const first = await pushReferrer(repository, index);
    const mark = await registry.log.mark();
    const { blobs } = await sync(registry.url);
    assert.equal(blobs, blobsOf([pushed]).length + first.length);
    assert.ok(first.every(isThere));
    const asked = (await registry.log.since(mark)).filter(({ path }) =>
      path.includes('/referrers/'),
    );
    assert.deepEqual(
      asked.map(({ status }) => status),
      [404],
      'one answer is enough to know that it does not know the API',
    );

    const later = [
      ...(await pushReferrer(repository, index, 'another statement')),
      ...(await pushReferrer(repository, manifests[1])),
    ];
    assert.equal((await sync(registry.url)).blobs, 2);
    assert.ok(later.every(isThere));
    assert.equal((await sync(registry.url)).records, 0);
  },
);

test('referrers are found by the API, in pages, with their own referrers; later ones are found with --all', async () => {
  await using registry = await FakeRegistry.start();
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const config = registry.blob('app', Buffer.from('{}'));
  const add = (text: string, ...tags: string[]) => {
    const layers = [registry.blob('app', Buffer.from(text))];
    const manifest = registry.manifest(
      'app',
      { mediaType, schemaVersion: 2, config, layers },
      ...tags,
    );
    const path = `/v2/app/referrers/${manifest.digest}`;
    const refer = (pages: readonly object[][], link: (next: string) => string = (next) => next) =>
      registry.pages(
        path,
        pages.map((manifests) => ({ schemaVersion: 2, manifests })),
        link,
        // A registry may state that it filtered the list; what it sends counts.
        { 'oci-filters-applied': 'artifactType' },
      );
    refer([[]]);
    return { ...manifest, layer: layers[0], refer };
  };
  const image = add('image', 'v1');
  const [one, two, three, deep, late] = ['one', 'two', 'three', 'deep', 'late'].map((text) =>
    add(text),
  );
  image.refer([[one], [two], [three]], (next) => `${registry.url}${next}`);
  three.refer([[deep], []]);
  const summary = await sync(registry.url);
  assert.deepEqual([summary.blobs, summary.records], [6, 5]);
  for (const { layer } of [image, one, two, three, deep]) assert.ok(isThere(layer));

  image.refer([[one], [two], [three, late]]);
  registry.asked.length = 0;
  assert.equal((await sync(registry.url)).blobs, 0);
  assert.ok(registry.asked.every((line) => !line.includes('/referrers/')));
  const all = await sync(registry.url, '--all');
  assert.deepEqual([all.blobs, all.records], [1, 1]);
  assert.ok(isThere(late.layer));
  assert.equal((await sync(registry.url, '--all')).records, 0);
});

test('referrers that could not be read or copied are mirrored by the next run, although the image is there', async () => {
  await using registry = await FakeRegistry.start();
  const config = registry.blob('app', Buffer.from('{}'));
  const image = registry.manifest('app', { schemaVersion: 2, config, layers: [] }, 'v1');
  const layers = [registry.blob('app', Buffer.from('signature'))];
  const referrer = registry.manifest('app', { schemaVersion: 2, config, layers });
  for (const { digest } of [image, referrer]) {
    const pages = (digest === image.digest ? [[], [referrer]] : [[]]).map((manifests) => ({
      schemaVersion: 2,
      manifests,
    }));
    registry.pages(`/v2/app/referrers/${digest}`, pages, (next) => next);
  }
  for (const [part, why] of [
    ['?page=1', 'app referrers of sha256:\\w+: cannot read .*\\?\\*\\*\\*: answered 403'],
    [`/manifests/${referrer.digest}`, `app ${referrer.digest}: cannot read .* answered 403`],
    [`/blobs/${layers[0].digest}`, `app ${layers[0].digest}: cannot read .* answered 403`],
  ]) {
    registry.trouble = ({ url = '' }, response) => {
      if (!url.endsWith(part)) return false;
      response.writeHead(403).end();
      return true;
    };
    const { code, stderr } = await runMirror(['sync'], configure(registry.url), { folder });
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(why));
  }
  registry.trouble = () => false;
  const { blobs, records } = await sync(registry.url);
  assert.deepEqual([blobs, records], [1, 2]);
  assert.ok(isThere(layers[0]));
  assert.equal((await sync(registry.url)).passed, 1);
});
