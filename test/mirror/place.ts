import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { recordKey, sourceKey } from '@archeio/mirror-plan';
import { registryIdentity, sourceId } from '../../packages/mirror/src/source/source-id.ts';

/** A destination as seen from outside the mirror, for tests to inspect and break. */
export interface Place {
  /** Its destination in the configuration. */
  readonly destination: object;
  /** Its content, without unfinished files. */
  keys(): Promise<string[]>;
  get(key: string): Promise<Buffer>;
  set(key: string, bytes: Buffer): Promise<void>;
  remove(key: string): Promise<void>;
}

export const keyOf = (digest: string): string => `containers/images/${digest}`;
/** The record of a manifest of the registry at `url`. */
export const recordOf = (url: string, digest: string): string =>
  recordKey(sourceId(registryIdentity(url, '')), digest);
/** The record of the registry itself. */
export const sourceRecordOf = (url: string): string =>
  sourceKey(sourceId(registryIdentity(url, '')));
export const UNREFERENCED = 'archeio/unreferenced.json';

/** The SHA-256 of every object in a place, by key. */
export async function contentOf(place: Place): Promise<Record<string, string>> {
  const sums: Record<string, string> = {};
  for (const key of (await place.keys()).toSorted())
    sums[key] = createHash('sha256')
      .update(await place.get(key))
      .digest('hex');
  return sums;
}

/** A directory. */
export class Directory implements Place {
  readonly destination: object;
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    this.destination = { name: 'place', type: 'directory', path };
  }

  async keys(): Promise<string[]> {
    if (!existsSync(this.#path)) return [];
    return readdirSync(this.#path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(this.#path, join(parentPath, name)))
      .filter((key) => !key.startsWith('archeio/unfinished/'));
  }

  async get(key: string): Promise<Buffer> {
    return readFileSync(join(this.#path, key));
  }

  async set(key: string, bytes: Buffer): Promise<void> {
    const file = join(this.#path, key);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }

  async remove(key: string): Promise<void> {
    rmSync(join(this.#path, key));
  }
}
