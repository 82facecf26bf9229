import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MANIFEST_MEDIA_TYPES } from '@archeio/oci-distribution';
import { Bucket } from '../bucket.ts';
import { Directory, type Place } from '../place.ts';
import type { Scene } from '../scene.ts';
import { type Get, getOver } from './copy-reader.ts';

/** A copy of a registry, as its owner and as its readers see it. */
export interface CopyPlace {
  readonly kind: 'bucket' | 'directory';
  readonly place: Place;
  /** Its destination in the configuration. */
  readonly destination: object;
  readonly get: Get;
  /** The content of an object, wherever it lies. */
  readonly text: (key: string) => Promise<string>;
}

/** Where a directory has an object. */
export function fileOf(path: string, key: string): string {
  const trees = MANIFEST_MEDIA_TYPES.map((type) =>
    join(path, 'types', type.replace('/', '_'), key),
  );
  return [...trees, join(path, key)].find((file) => existsSync(file)) ?? join(path, key);
}

/** Reads a directory as a static server with the documented configuration does. */
const getFrom =
  (path: string): Get =>
  async (key) => {
    const file = fileOf(path, key);
    if (!existsSync(file)) return { status: 404, type: '', bytes: Buffer.alloc(0) };
    const type = MANIFEST_MEDIA_TYPES.find((each) => file.includes(`/${each.replace('/', '_')}/`));
    return { status: 200, type: type ?? '', bytes: readFileSync(file) };
  };

/** @param more keys of the destination */
export async function makeCopyPlaces(
  { folder, radosgw }: Scene,
  name: string,
  more: object = {},
): Promise<readonly [CopyPlace, CopyPlace]> {
  const bucket = new Bucket(radosgw.url, name);
  await radosgw.makeBucket(name);
  await bucket.publish();
  const path = join(folder, `disk-${name}`);
  const directory = new Directory(path);
  const keys = { contents: 'registry', blobs: 'repository', ...more };
  return [
    {
      kind: 'bucket',
      place: bucket,
      destination: { ...bucket.destination, ...keys },
      get: getOver(`${radosgw.url}/${name}`),
      text: async (key) => String(await bucket.get(key)),
    },
    {
      kind: 'directory',
      place: directory,
      destination: { ...directory.destination, ...keys },
      get: getFrom(path),
      text: async (key) => readFileSync(fileOf(path, key), 'utf8'),
    },
  ];
}
