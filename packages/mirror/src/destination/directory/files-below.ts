import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { errorCode } from '@archeio/plain-errors';

/** Undefined if the file or directory does not exist, or has disappeared since it was listed. */
export async function ifExists<Result>(reading: Promise<Result>): Promise<Result | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Every file at or below a directory, following links. Skips files that disappear while they are listed.
 *
 * @param through real paths of the directories followed so far: a link back to one of them, or above it, is not
 * followed
 */
export async function* filesBelow(
  path: string,
  through?: readonly string[],
): AsyncGenerator<string> {
  for (const entry of (await ifExists(readdir(path, { withFileTypes: true }))) ?? []) {
    const file = join(path, entry.name);
    if (entry.isFile()) yield file;
    else if (entry.isDirectory()) yield* filesBelow(file, through);
    else {
      const about = await ifExists(stat(file));
      if (about?.isFile()) yield file;
      if (!about?.isDirectory()) continue;
      const real = await realpath(file);
      const ways = through ?? [await realpath(path)];
      if (ways.some((way) => `${way}${sep}`.startsWith(`${real}${sep}`))) continue;
      yield* filesBelow(file, [...ways, real]);
    }
  }
}
