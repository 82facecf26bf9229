import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ListedCopy, NO_SIGHTINGS, type RepositoryState } from '@archeio/mirror-plan';
import type { CopyPlace } from '../../destination/copy-place.ts';
import type { Destination } from '../../destination/destination.ts';
import { deleteFromCopy, findCopyGarbage } from './collect-copy.ts';
import { StoredCopy } from './stored-copy.ts';

const INDEX = 'application/vnd.oci.image.index.v1+json';
const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const [IMAGE, PARENT, REFERRER] = ['a', 'b', 'c'].map(digest);

const STATE: RepositoryState = {
  hasBlobs: true,
  tags: new Map([['gone', { digest: PARENT, version: '1' }]]),
  manifests: new Map([
    [IMAGE, { mediaType: 'm', size: 1, entries: [] }],
    [PARENT, { mediaType: INDEX, size: 1, entries: [IMAGE] }],
    [REFERRER, { mediaType: 'm', size: 1, entries: [], referrer: { subject: PARENT } }],
  ]),
};
const KEYS = [
  `v2/r/manifests/${IMAGE}`,
  `v2/r/manifests/${PARENT}`,
  `v2/r/manifests/${REFERRER}`,
  'v2/r/manifests/gone',
  `v2/r/referrers/${PARENT}`,
  `v2/r/manifests/${PARENT.replace(':', '-')}`,
  'v2/r/tags/list',
  `v2/r/blobs/${digest('d')}`,
];

test('gc deletes lists, tags, referrers, manifests before what they list, and blobs last', async () => {
  const done: string[] = [];
  const place = {
    read: async () => ({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      bytes: [Buffer.from('{"layers":[]}')],
    }),
    put: async (key: string) => void done.push(`put ${key}`),
    delete: async (objects: readonly ListedCopy[]) => {
      for (const { key } of objects) done.push(key);
      return new Set(objects.map(({ key }) => key));
    },
  } as unknown as CopyPlace;
  const destination = {
    name: 'place',
    putObject: async (key: string) => void done.push(`put ${key}`),
    deleteTexts: async (keys: readonly string[]) => void done.push(...keys),
  } as unknown as Destination;
  const objects = KEYS.map((key) => ({ key, size: 1, modified: 0, version: '1' }));
  const states = new Map([['r', STATE]]);
  const copy = new StoredCopy({ destination, place }, objects, states, NO_SIGHTINGS);
  const find = (sightings: ReadonlyMap<string, number>, now: number) =>
    findCopyGarbage(copy, {
      contents: [],
      deleted: 'follow',
      sightings,
      now,
      olderThan: 10,
      concurrency: 1,
    });
  // The tag first: what it names is needed until the tag is gone.
  const first = await find(new Map(), 100);
  assert.deepEqual([first.due, first.total, first.waiting], [0, 5, 3]);
  const second = await find(first.sightings, 110);
  const third = await find(second.sightings, 120);
  assert.equal(third.due, 5);
  assert.equal(await deleteFromCopy(copy, third), 5);
  assert.deepEqual(done, [
    'v2/r/tags/list',
    'v2/r/manifests/gone',
    `v2/r/manifests/${PARENT.replace(':', '-')}`,
    `v2/r/referrers/${PARENT}`,
    `v2/r/manifests/${REFERRER}`,
    `v2/r/manifests/${PARENT}`,
    `v2/r/manifests/${IMAGE}`,
    `v2/r/blobs/${digest('d')}`,
    'archeio/copy/repositories/r/@state.json',
  ]);
});
