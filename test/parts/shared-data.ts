import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../tools/source-files.ts';

/** Data that is no part of the repository: published lists, which lie beside the maintainers' checkout. */
const SHARED = process.env['ARCHEIO_SHARED'] ?? join(ROOT, '../shared');

/** Begins the reason of a test that did not run for lack of them, so that ARCHEIO_REQUIRE_PARTS=1 does not ask for them. */
export const NOT_IN_THIS_CLONE = 'no shared data beside this clone';

/** A file or folder of the shared data. */
export function sharedData(path: string): string {
  return join(SHARED, path);
}

/** For `skip` of node:test: false where the data is, and where there is some, but not this: its test then fails. */
export function withoutSharedData(): string | false {
  return existsSync(SHARED)
    ? false
    : `${NOT_IN_THIS_CLONE}: ARCHEIO_SHARED names the folder that has them`;
}
