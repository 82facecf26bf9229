import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../tools/source-files.ts';

/** Data outside the repository: published lists next to the maintainers' checkout. */
const SHARED = process.env['ARCHEIO_SHARED'] ?? join(ROOT, '../shared');

/** Prefix of the skip reason if they are missing, so that ARCHEIO_REQUIRE_PARTS=1 does not require them. */
export const NOT_IN_THIS_CLONE = 'no shared data next to this clone';

/** A file or folder of the shared data. */
export function sharedData(path: string): string {
  return join(SHARED, path);
}

/** For `skip` of node:test: false if there is shared data, even without the file that a test needs: it then fails. */
export function withoutSharedData(): string | false {
  return existsSync(SHARED)
    ? false
    : `${NOT_IN_THIS_CLONE}: ARCHEIO_SHARED names the folder that has them`;
}
