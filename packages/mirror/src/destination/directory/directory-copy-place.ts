import { randomUUID } from 'node:crypto';
import { copyFile, link as hardLink, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import {
  API_KEY,
  type ListedCopy,
  parseCopyKey,
  REFERRERS_MEDIA_TYPE,
  STATES_PREFIX,
} from '@archeio/mirror-plan';
import { MANIFEST_MEDIA_TYPES } from '@archeio/oci-distribution';
import { readRegularStream } from '@archeio/bounded-reading';
import { errorCode, StatedError } from '@archeio/plain-errors';
import type { CopyPlace, ReadObject } from '../copy-place.ts';
import { filesBelow, ifExists } from './files-below.ts';

/** Directory with one tree of manifests for each media type: a file cannot state its own. */
const TYPES = 'types';
const treeOf = (mediaType: string): string => join(TYPES, mediaType.replaceAll('/', '_'));

/** What a copy needs of its directory. */
export interface CopyDirectory {
  readonly path: string;
  readonly keyOf: (digest: string) => string;
  /** Writes a file atomically. */
  readonly put: (file: string, content: Uint8Array) => Promise<void>;
  /** Makes a file another name of a file, atomically. */
  readonly link: (from: string, to: string) => Promise<void>;
  /** Does something with a directory; its errors say what. */
  readonly attempt: <Result>(action: string, work: () => Promise<Result>) => Promise<Result>;
}

const versionOf = ({ mtimeMs, size }: { mtimeMs: number; size: number }): string =>
  `${mtimeMs}-${size}`;

/**
 * A copy of a registry in a directory: `types/<media type>/v2/<name>/manifests/…`, with `_` for the slash of the media
 * type, and everything else under its key.
 */
export class DirectoryCopyPlace implements CopyPlace {
  readonly linksBlobs: boolean;
  readonly #directory: CopyDirectory;

  constructor(directory: CopyDirectory, linksBlobs: boolean) {
    this.#directory = directory;
    this.linksBlobs = linksBlobs;
  }

  async *list(): AsyncGenerator<ListedCopy> {
    const { path, attempt } = this.#directory;
    const trees = ((await attempt('list', () => ifExists(readdir(join(path, TYPES))))) ?? []).map(
      (tree) => join(TYPES, tree),
    );
    const seen = new Set<string>();
    for (const tree of [...trees, '']) {
      for await (const file of this.#files(join(tree, 'v2'))) {
        const about = await attempt('list', () => ifExists(stat(file)));
        if (about === undefined) continue;
        const key = relative(join(path, tree), file).split(sep).join('/');
        const { size, mtimeMs: modified } = about;
        // In two trees, after an interruption: writing it again removes one.
        const version = seen.has(key) ? undefined : versionOf(about);
        seen.add(key);
        yield { key, size, modified, version };
      }
    }
  }

  async *states(): AsyncGenerator<string> {
    for await (const file of this.#files(STATES_PREFIX))
      yield relative(this.#directory.path, file).split(sep).join('/');
  }

  async put(key: string, bytes: Uint8Array, mediaType: string): Promise<string | undefined> {
    // The server answers it: a directory cannot be a file.
    if (key === API_KEY) return undefined;
    const { path, attempt } = this.#directory;
    const trees = isManifest(key) ? MANIFEST_MEDIA_TYPES.map((type) => treeOf(type)) : [''];
    const tree = trees.length === 1 ? '' : treeOf(mediaType);
    if (!trees.includes(tree))
      throw new StatedError(
        `cannot write ${key}: directories have no place for media type ${JSON.stringify(mediaType)}`,
      );
    return attempt(`write ${key}`, async () => {
      const file = join(path, tree, key);
      await this.#directory.put(file, bytes);
      // A tag may have named a manifest of another media type. The new file is there, so a reader finds one of them.
      for (const other of isTag(key) ? trees : [])
        if (other !== tree) await rm(join(path, other, key), { force: true });
      return versionOf(await stat(file));
    });
  }

  read(key: string): Promise<ReadObject | undefined> {
    return this.#directory.attempt(`read ${key}`, async () => {
      for (const [mediaType, file] of this.#placesOf(key))
        if ((await ifExists(stat(file))) !== undefined)
          return { mediaType, bytes: readRegularStream(file) };
      return undefined;
    });
  }

  linkBlob(digest: string, _: number, key: string): Promise<void> {
    const { path, keyOf, link, attempt } = this.#directory;
    return attempt(`write ${key}`, async () => {
      const file = join(path, key);
      const isThere = (await ifExists(stat(file))) !== undefined;
      await link(join(path, keyOf(digest)), file);
      // gc looks at the time before it deletes: it must notice that the blob is needed again.
      if (isThere) await utimes(file, new Date(), new Date());
    });
  }

  async delete(objects: readonly ListedCopy[]): Promise<ReadonlySet<string>> {
    const deleted = new Set<string>();
    for (const { key, modified } of objects)
      await this.#directory.attempt(`delete ${key}`, async () => {
        for (const [, file] of this.#placesOf(key)) {
          if ((await ifExists(stat(file)))?.mtimeMs !== modified) continue;
          await rm(file, { force: true });
          deleted.add(key);
        }
      });
    return deleted;
  }

  async putIfAbsent(key: string, text: string): Promise<void> {
    const { path, attempt } = this.#directory;
    await attempt(`write ${key}`, async () => {
      const file = join(path, key);
      if ((await ifExists(stat(file))) !== undefined) return;
      const unfinished = `${file}.${randomUUID()}`;
      try {
        await this.#directory.put(unfinished, new TextEncoder().encode(text));
        // Unlike a rename, a link does not overwrite. Where there are no links, two runs may both write.
        await hardLink(unfinished, file).catch((error: unknown) =>
          errorCode(error) === 'EEXIST' ? undefined : copyFile(unfinished, file),
        );
      } finally {
        await rm(unfinished, { force: true });
      }
    });
  }

  /** Where an object may be, with the media type that it has there, in the order in which servers look. */
  #placesOf(key: string): readonly (readonly [mediaType: string, file: string])[] {
    const { path } = this.#directory;
    if (isManifest(key))
      return MANIFEST_MEDIA_TYPES.map((type) => [type, join(path, treeOf(type), key)]);
    const kind = parseCopyKey(key)?.kind;
    const small = kind === 'referrers' ? REFERRERS_MEDIA_TYPE : 'application/json';
    return [[kind === 'blob' ? 'application/octet-stream' : small, join(path, key)]];
  }

  async *#files(prefix: string): AsyncGenerator<string> {
    const { path, attempt } = this.#directory;
    const files = filesBelow(join(path, prefix));
    const next = (): ReturnType<typeof files.next> => attempt('list', () => files.next());
    for (let file = await next(); file.done !== true; file = await next()) yield file.value;
  }
}

const isTag = (key: string): boolean => parseCopyKey(key)?.kind === 'tag';

function isManifest(key: string): boolean {
  return isTag(key) || parseCopyKey(key)?.kind === 'manifest';
}
