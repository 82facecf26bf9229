import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { RECORD_PREFIXES } from '@archeio/mirror-plan';
import { MirrorError } from '../../mirror-error.ts';
import { errorCode, failureReason } from '@archeio/plain-errors';
import { readRegular, readRegularStream } from '@archeio/bounded-reading';
import {
  type BlobToWrite,
  type BlobWriter,
  type Destination,
  EXAMPLE_DIGEST,
  LARGEST_TEXT,
  type StoredBlob,
} from '../destination.ts';
import { compileKeyPattern, type KeyPattern } from '../key-pattern.ts';
import type { DirectoryConfiguration } from '../../options.ts';
import type { BlobBytes } from '../../source/source.ts';
import type { CopyPlace } from '../copy-place.ts';
import { DirectoryCopyPlace } from './directory-copy-place.ts';
import { directoryModeFor, setMode } from './file-mode.ts';
import { filesBelow, ifExists } from './files-below.ts';
import { accessNearest, makeDirectory } from './make-directory.ts';
import { syncDirectory } from './sync-directory.ts';
import { writeSynced } from './write-synced.ts';

/** Name prefix of a file that is written to test whether the directory is writable. */
const TRIAL = 'trial';

/** Unfinished files. They are on the same file system, so that a rename makes them visible atomically. */
const UNFINISHED = 'archeio/unfinished';
/** An unfinished file that has not been written to for this long is abandoned; milliseconds. */
const ABANDONED = 60 * 60_000;

/** A directory, local or mounted. */
export class DirectoryDestination implements Destination {
  readonly name: string;
  readonly copy: CopyPlace | undefined;
  readonly #path: string;
  readonly #keys: KeyPattern;
  readonly #mode: number;
  readonly #directoryMode: number;
  /** Unfinished files that were there before this run, by their digest. */
  readonly #leftovers = new Map<string, string[]>();

  constructor({ name, path, key, mode, ...copy }: Omit<DirectoryConfiguration, 'type'>) {
    this.name = name;
    this.#path = path;
    this.#keys = compileKeyPattern(key);
    this.#mode = mode;
    this.#directoryMode = directoryModeFor(mode);
    this.copy =
      copy.contents === 'registry'
        ? new DirectoryCopyPlace(
            {
              path,
              keyOf: this.#keys.keyOf,
              put: (file, content) => this.#putFile(file, content),
              link: (from, to) => this.#linkFile(from, to),
              attempt: (action, work) => this.#do(action, work),
            },
            copy.blobs === 'repository',
          )
        : undefined;
  }

  /** Creates nothing: a read-only command must leave no trace, and an unmounted disk looks like a missing directory. */
  async check(access: 'read' | 'write'): Promise<void> {
    await this.#able(access, () =>
      access === 'write'
        ? accessNearest(join(this.#path, UNFINISHED), constants.W_OK)
        : accessNearest(this.#path, constants.R_OK),
    );
  }

  /** Permissions are not enough: a file system may be read-only, out of inodes, or unable to hold files (`/proc`). */
  async checkWritable(): Promise<void> {
    await this.#able('write', async () => {
      for (const directory of [UNFINISHED, dirname(this.#keys.keyOf(EXAMPLE_DIGEST))])
        await makeDirectory(join(this.#path, directory), this.#directoryMode);
      const file = join(this.#path, UNFINISHED, `${TRIAL}.${randomUUID()}`);
      await writeSynced(file, '');
      await rm(file, { force: true });
    });
  }

  async #able(access: 'read' | 'write', work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw new MirrorError(
        `cannot ${access === 'read' ? 'read' : 'write to'} directory ${JSON.stringify(this.#path)} of destination "${this.name}": ${failureReason(error)}`,
      );
    }
  }

  async *list(): AsyncGenerator<StoredBlob> {
    for await (const file of this.#files(this.#keys.prefix)) {
      const digest = this.#keys.digestOf(this.#keyOf(file));
      if (digest === undefined) continue;
      const about = await this.#do('list', () => ifExists(stat(file)));
      if (about === undefined) continue;
      // A run may have died after it finished a blob and before it removed leftovers of others.
      await this.#removeLeftovers(digest);
      yield { digest, size: about.size, modified: about.mtimeMs };
    }
  }

  async *records(): AsyncGenerator<string> {
    for (const prefix of RECORD_PREFIXES)
      for await (const file of this.#files(prefix)) yield this.#keyOf(file);
  }

  async begin(blob: BlobToWrite): Promise<BlobWriter> {
    const { digest } = blob;
    const unfinished = join(this.#path, UNFINISHED, `${digest}.${randomUUID()}`);
    const target = join(this.#path, this.#keys.keyOf(digest));
    const action = 'write the blob';
    const handle = await this.#do(action, async () => {
      await makeDirectory(dirname(unfinished), this.#directoryMode);
      return open(unfinished, 'wx');
    });
    return {
      write: (part, offset) =>
        this.#do(action, async () => {
          for (let at = 0; at < part.length;) {
            const { bytesWritten } = await handle.write(part, at, part.length - at, offset + at);
            at += bytesWritten;
          }
        }),
      finish: () =>
        this.#do(action, async () => {
          await handle.sync();
          await handle.close();
          await this.#place(unfinished, target);
          await this.#removeLeftovers(digest);
        }),
      async abandon() {
        await handle.close().catch(() => {});
        await rm(unfinished, { force: true });
      },
    };
  }

  async putObject(key: string, content: string | Uint8Array): Promise<void> {
    await this.#do(`write ${key}`, () => this.#putFile(join(this.#path, key), content));
  }

  #putFile(file: string, content: string | Uint8Array): Promise<void> {
    return this.#throughUnfinished(file, async (unfinished) => {
      await writeSynced(unfinished, content);
      return 'new';
    });
  }

  /** Another name of a file, which keeps its mode, or a copy on file systems that have no hard links. */
  #linkFile(from: string, to: string): Promise<void> {
    return this.#throughUnfinished(to, async (unfinished) => {
      try {
        await link(from, unfinished);
        return 'link';
      } catch (error) {
        if (errorCode(error) === 'ENOENT') throw error;
        await copyFile(from, unfinished);
        return 'new';
      }
    });
  }

  /** Makes a file that becomes visible as a whole. */
  async #throughUnfinished(
    target: string,
    make: (unfinished: string) => Promise<'new' | 'link'>,
  ): Promise<void> {
    const unfinished = join(this.#path, UNFINISHED, randomUUID());
    await makeDirectory(dirname(unfinished), this.#directoryMode);
    try {
      await this.#place(unfinished, target, await make(unfinished));
    } finally {
      // It is still there after a failure, or if the target was the same file already.
      await rm(unfinished, { force: true }).catch(() => {});
    }
  }

  async getText(key: string): Promise<string | undefined> {
    const bytes = await this.#do(`read ${key}`, () =>
      ifExists(readRegular(join(this.#path, key), LARGEST_TEXT)),
    );
    return bytes && new TextDecoder().decode(bytes);
  }

  read(digest: string): BlobBytes {
    return readRegularStream(join(this.#path, this.#keys.keyOf(digest)));
  }

  async deleteBlobs(blobs: readonly StoredBlob[]): Promise<ReadonlySet<string>> {
    const deleted = new Set<string>();
    for (const { digest, modified } of blobs) {
      const file = join(this.#path, this.#keys.keyOf(digest));
      await this.#do(`delete ${digest}`, async () => {
        const about = await ifExists(stat(file));
        if (about?.mtimeMs !== modified) return;
        await rm(file, { force: true });
        deleted.add(digest);
      });
    }
    return deleted;
  }

  async deleteTexts(keys: readonly string[]): Promise<void> {
    for (const key of keys)
      await this.#do(`delete ${key}`, () => rm(join(this.#path, key), { force: true }));
  }

  /** Files that another run is writing are younger, and files that it finishes are not leftovers. */
  async tidy(): Promise<void> {
    await this.#do('remove unfinished files', async () => {
      for await (const file of filesBelow(join(this.#path, UNFINISHED))) {
        const about = await ifExists(stat(file));
        if (about === undefined) continue;
        const digest = relative(join(this.#path, UNFINISHED), file).replace(/\.[^.]*$/, '');
        // A run may have died during its write test; an active run no longer needs the file.
        if (digest === TRIAL || Date.now() - about.mtimeMs > ABANDONED)
          await rm(file, { force: true });
        else this.#leftovers.set(digest, [...(this.#leftovers.get(digest) ?? []), file]);
      }
    });
  }

  close(): void {}

  async #removeLeftovers(digest: string): Promise<void> {
    // A leftover does no harm: `tidy` of a later run reports it.
    for (const left of this.#leftovers.get(digest) ?? [])
      await rm(left, { force: true }).catch(() => {});
    this.#leftovers.delete(digest);
  }

  /** The system's messages never name the destination and often not the file. */
  async #do<Result>(action: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      const why = failureReason(error);
      throw new MirrorError(`destination "${this.name}": cannot ${action}: ${why}`, {
        cause: error,
      });
    }
  }

  /** A directory that cannot be listed is an error: its blobs would count as absent. */
  async *#files(prefix: string): AsyncGenerator<string> {
    const files = filesBelow(join(this.#path, prefix));
    const next = (): ReturnType<typeof files.next> => this.#do('list', () => files.next());
    for (let file = await next(); file.done !== true; file = await next()) yield file.value;
  }

  #keyOf(file: string): string {
    return relative(this.#path, file).split(sep).join('/');
  }

  /** Another run may have finished the same blob and removed ours as a leftover: then the blob exists. */
  async #place(unfinished: string, target: string, kind: 'new' | 'link' = 'new'): Promise<void> {
    await makeDirectory(dirname(target), this.#directoryMode);
    try {
      if (kind === 'new') await setMode(unfinished, this.#mode);
      await rename(unfinished, target);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
      await stat(target);
    }
    await syncDirectory(dirname(target));
  }
}
