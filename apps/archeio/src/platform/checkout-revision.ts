import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A SHA-1 or SHA-256 hash. */
const REVISION = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Maximum depth of symbolic references, as in git. */
const DEPTH = 5;

/** Text of a file of the program or its checkout, without spaces around it; undefined if it cannot be read. */
export function textOf(path: string | URL): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Whether a directory has Archeio's own source, and not another project's. */
function isOurs(directory: string): boolean {
  try {
    const manifest: unknown = JSON.parse(textOf(join(directory, 'package.json')) ?? '');
    return (
      typeof manifest === 'object' &&
      manifest !== null &&
      'name' in manifest &&
      manifest.name === 'archeio-workspace'
    );
  } catch {
    return false;
  }
}

/** Git's data directory: `.git`, or the one that a file `.git` names, as in a worktree or a submodule. */
function gitDirectoryOf(checkout: string): string {
  const git = join(checkout, '.git');
  const [, elsewhere] = /^gitdir: (.+)$/.exec(textOf(git) ?? '') ?? [];
  return elsewhere === undefined ? git : resolve(checkout, elsewhere);
}

/** The value of a reference in `packed-refs`. */
function packed(directory: string, reference: string): string | undefined {
  return textOf(join(directory, 'packed-refs'))
    ?.split('\n')
    .find((line) => line.endsWith(` ${reference}`))
    ?.slice(0, -reference.length - 1);
}

/**
 * The commit that is checked out, read from git's files; git itself need not be installed. Empty if the directory is
 * not a checkout of Archeio, or stores its references in another format.
 */
export function checkoutRevision(checkout: string): string {
  if (!isOurs(checkout)) return '';
  const own = gitDirectoryOf(checkout);
  const shared = textOf(join(own, 'commondir'));
  const directories = shared === undefined ? [own] : [own, resolve(own, shared)];
  let reference = 'HEAD';
  for (let depth = 0; depth < DEPTH; depth++) {
    const value = directories
      .map((each) => textOf(join(each, reference)) ?? packed(each, reference))
      .find((found) => found !== undefined);
    if (value === undefined) return '';
    if (REVISION.test(value)) return value;
    // Names that git does not allow could lead out of its directory.
    const [, next] = /^ref: (refs\/.+)$/.exec(value) ?? [];
    if (next === undefined || next.split('/').includes('..')) return '';
    reference = next;
  }
  return '';
}
