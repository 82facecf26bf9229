import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode, failureReason } from '@archeio/plain-errors';
import { readRegularSync } from '@archeio/bounded-reading';
import { UNFINISHED, writeWholeFile } from '../../platform/write-whole-file.ts';
import type { Log } from '../../platform/log.ts';
import { tryLock } from './directory-lock.ts';
import { CLOUDS } from '@archeio/clouds';
import { decodeList, encodeList, type StoredList } from './stored-list.ts';

/** Bytes, ten times the size of the longest list. */
const LARGEST_FILE = 32 * 1024 * 1024;

/** Stores the last good list of each provider, in one file each that is replaced atomically. */
export class RangesDirectory {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  #fileOf(cloud: string): string {
    return join(this.path, `${cloud}.ranges`);
  }

  /** Reads the stored lists, and logs files that cannot be used. The directory and its files may be missing. */
  read(log: Pick<Log, 'warn'>): StoredList[] {
    const lists: StoredList[] = [];
    for (const cloud of CLOUDS) {
      try {
        lists.push(decodeList(readRegularSync(this.#fileOf(cloud), LARGEST_FILE), cloud));
      } catch (error) {
        if (errorCode(error) === 'ENOENT') continue;
        const reason = error instanceof SyntaxError ? error.message : failureReason(error);
        const problem = `cannot read ${JSON.stringify(this.#fileOf(cloud))}: ${reason}`;
        log.warn('ranges-file-unusable', { problem });
      }
    }
    return lists;
  }

  /** @throws NodeJS.ErrnoException if it cannot be written */
  write(list: StoredList): Promise<void> {
    return writeWholeFile(this.#fileOf(list.source.cloud), encodeList(list));
  }

  /**
   * Creates the directory if it is missing, takes its lock and removes unfinished files of a crashed process.
   *
   * @param now milliseconds since 1970
   * @returns a function that releases the lock; undefined while another process holds it
   * @throws NodeJS.ErrnoException if the directory cannot be written
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
