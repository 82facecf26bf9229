import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { OWNER_KEY, stateKey } from '@archeio/mirror-plan';
import type { CopyPlace } from '../copy-place.ts';
import { DirectoryDestination } from './directory-destination.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const INDEX = 'application/vnd.oci.image.index.v1+json';
const LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const INDEX_TREE = 'types/application_vnd.oci.image.index.v1+json';
const LIST_TREE = 'types/application_vnd.docker.distribution.manifest.list.v2+json';
const TAG = 'v2/app/manifests/v1';

let folder: string;
let destination: DirectoryDestination;
let copy: CopyPlace;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'archeio-copy-'));
  destination = new DirectoryDestination({
    name: 'disk',
    path: folder,
    key: 'blobs/{digest}',
    mode: 0o644,
    contents: 'registry',
    blobs: 'repository',
  });
  copy = destination.copy!;
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (key: string, text: string, mediaType: string): Promise<string | undefined> =>
  copy.put(key, Buffer.from(text), mediaType);
const write = (file: string, text: string): void => {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
};
const textAt = (file: string): string => readFileSync(join(folder, file), 'utf8');
async function read(key: string): Promise<unknown> {
  const found = await copy.read(key);
  return found && [found.mediaType, String(Buffer.concat(await Array.fromAsync(found.bytes)))];
}

test('manifests lie in the tree of their media type, and everything else at its key', async () => {
  await put(`v2/app/manifests/${DIGEST}`, 'index', INDEX);
  await put('v2/app/tags/list', 'tags', 'application/json');
  await put(`v2/app/referrers/${DIGEST}`, 'referrers', INDEX);
  assert.equal(textAt(`${INDEX_TREE}/v2/app/manifests/${DIGEST}`), 'index');
  assert.equal(textAt('v2/app/tags/list'), 'tags');
  assert.deepEqual(await read(`v2/app/manifests/${DIGEST}`), [INDEX, 'index']);
  assert.deepEqual(await read('v2/app/tags/list'), ['application/json', 'tags']);
  assert.deepEqual(await read(`v2/app/referrers/${DIGEST}`), [INDEX, 'referrers']);
  assert.equal(await read('v2/app/manifests/none'), undefined);
  // The web server answers it.
  assert.equal(await put('v2/', '{}', 'application/json'), undefined);
});

test('a tag that moves to another media type leaves its tree', async () => {
  await put(TAG, 'list', LIST);
  await put(TAG, 'index', INDEX);
  assert.deepEqual(await read(TAG), [INDEX, 'index']);
  assert.equal(statSync(join(folder, LIST_TREE, TAG), { throwIfNoEntry: false }), undefined);
});

test('a media type without a tree is refused', async () => {
  await assert.rejects(
    put(TAG, 'x', 'application/x'),
    /v1: directories have no place for media type/,
  );
});

test('lists every object once for each file, with the version that writing returned', async () => {
  assert.deepEqual(await Array.fromAsync(copy.list()), []);
  const version = await put(TAG, 'index', INDEX);
  await put('v2/app/tags/list', 'tags', 'application/json');
  write(stateKey('app').replace('@', ''), '{}');
  const listed = await Array.fromAsync(copy.list());
  assert.deepEqual(
    listed.map(({ key, size }) => [key, size]),
    [
      [TAG, 5],
      ['v2/app/tags/list', 4],
    ],
  );
  assert.equal(listed[0].version, version);
  // After an interruption it may be in two trees.
  write(`${LIST_TREE}/${TAG}`, 'list');
  const versions = (await Array.fromAsync(copy.list())).filter(({ key }) => key === TAG);
  assert.equal(versions.filter((each) => each.version === undefined).length, 1);
  assert.deepEqual(await Array.fromAsync(copy.states()), [
    'archeio/copy/repositories/app/state.json',
  ]);
});

test('a blob gets another name, and is new to gc if it had it before', async () => {
  write(`blobs/${DIGEST}`, 'blob');
  chmodSync(join(folder, `blobs/${DIGEST}`), 0o640);
  const key = `v2/app/blobs/${DIGEST}`;
  await copy.linkBlob(DIGEST, 4, key);
  assert.deepEqual(await read(key), ['application/octet-stream', 'blob']);
  const [blob, link] = [`blobs/${DIGEST}`, key].map((file) => statSync(join(folder, file)).ino);
  assert.equal(blob, link);
  assert.equal(statSync(join(folder, key)).mode & 0o777, 0o640);
  utimesSync(join(folder, key), 1, 1);
  const [listed] = await Array.fromAsync(copy.list());
  await copy.linkBlob(DIGEST, 4, key);
  assert.equal((await copy.delete([listed])).size, 0);
  await assert.rejects(
    copy.linkBlob(`${DIGEST}0`, 4, `${key}0`),
    /"disk": cannot write v2\/app\/blobs/,
  );
});

test('deletes what has not changed since it was listed', async () => {
  await put(TAG, 'index', INDEX);
  await put('v2/app/manifests/v2', 'index', INDEX);
  const listed = await Array.fromAsync(copy.list());
  utimesSync(join(folder, INDEX_TREE, 'v2/app/manifests/v2'), 1, 1);
  assert.deepEqual([...(await copy.delete(listed))], [TAG]);
  assert.equal(await read(TAG), undefined);
  assert.equal((await copy.delete(listed)).size, 0);
});

test('an owner is not overwritten, and the first of two that begin at once stays', async () => {
  await Promise.all(['one', 'two'].map((text) => copy.putIfAbsent(OWNER_KEY, text)));
  const owner = textAt(OWNER_KEY);
  await copy.putIfAbsent(OWNER_KEY, 'three');
  assert.equal(textAt(OWNER_KEY), owner);
  assert.match(owner, /^(one|two)$/);
});
