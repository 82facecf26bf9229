import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode, failureReason } from '@archeio/plain-errors';
import { readRegularSync } from '@archeio/bounded-reading';
import { UNFINISHED, writeWholeFile } from '../../platform/write-whole-file.ts';
import { tryLock } from './directory-lock.ts';
import { CLOUDS } from '@archeio/clouds';
import { decodeList, encodeList, type StoredList } from './stored-list.ts';

/** What a directory has, and which of its files could not be used. */
export interface DirectoryContent {
  readonly lists: readonly StoredList[];
  /** One message a file. */
  readonly problems: readonly string[];
}

/** Bytes; the longest list has a tenth of it. */
const LARGEST_FILE = 32 * 1024 * 1024;

/** The last good list of each provider, a file each, replaced whole or not at all. */
export class RangesDirectory {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  #fileOf(cloud: string): string {
    return join(this.path, `${cloud}.ranges`);
  }

  /** What is there; a directory or file that is missing is no problem. */
  read(): DirectoryContent {
    const lists: StoredList[] = [];
    const problems: string[] = [];
    for (const cloud of CLOUDS) {
      try {
        lists.push(decodeList(readRegularSync(this.#fileOf(cloud), LARGEST_FILE), cloud));
      } catch (error) {
        if (errorCode(error) === 'ENOENT') continue;
        const reason = error instanceof SyntaxError ? error.message : failureReason(error);
        problems.push(`cannot read ${JSON.stringify(this.#fileOf(cloud))}: ${reason}`);
      }
    }
    return { lists, problems };
  }

  /** @throws NodeJS.ErrnoException where it cannot be written */
  write(list: StoredList): Promise<void> {
    return writeWholeFile(this.#fileOf(list.source.cloud), encodeList(list));
  }

  /**
   * Makes the directory where it is missing, takes its lock and clears away what a crash left.
   *
   * @param now milliseconds since 1970
   * @returns what gives the lock back, or `undefined` while another process holds it
   * @throws NodeJS.ErrnoException where the directory cannot be written to
   */
  lock(now: number): (() => void) | undefined {
    mkdirSync(this.path, { recursive: true });
    const release = tryLock(this.path, now);
    if (release === undefined) return undefined;
    for (const name of readdirSync(this.path)) {
      if (name.endsWith(UNFINISHED)) rmSync(join(this.path, name), { force: true });
    }
    return release;
  }
}
