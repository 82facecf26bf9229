import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../tools/source-files.ts';

/** Reused by later runs. */
const FOLDER = join(ROOT, '.test-run/deploy');

/**
 * Makes something of files, unless an earlier run has made it of the same files. It is made under another name and then
 * renamed, because test files run at the same time.
 *
 * @param sources absolute paths
 * @returns its path
 */
export async function madeOnce(
  name: string,
  sources: readonly string[],
  make: (path: string) => Promise<void>,
): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources) hash.update(readFileSync(source)).update('\0');
  const path = join(FOLDER, `${name}-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(path)) return path;
  mkdirSync(FOLDER, { recursive: true });
  const partial = `${path}.${process.pid}`;
  try {
    await make(partial);
    if (!existsSync(path)) renameSync(partial, path);
  } catch (error) {
    // Another test file may have been faster.
    if (!existsSync(path)) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return path;
}
