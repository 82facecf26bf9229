import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';

/** A hash by SHA-1 or SHA-256. */
const REVISION = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** A reference to a reference, and so on: git follows as many. */
const DEPTH = 5;

const manifest = z.object({ name: z.literal('archeio-workspace') });

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Whether a directory has our own source: that of another project around it says nothing of us. */
function isOurs(directory: string): boolean {
  try {
    return manifest.safeParse(JSON.parse(textOf(join(directory, 'package.json')) ?? '')).success;
  } catch {
    return false;
  }
}

/** Where git keeps its data: `.git`, or what that names in a file, as in a worktree or a submodule. */
function gitDirectoryOf(checkout: string): string {
  const git = join(checkout, '.git');
  const [, elsewhere] = /^gitdir: (.+)$/.exec(textOf(git) ?? '') ?? [];
  return elsewhere === undefined ? git : resolve(checkout, elsewhere);
}

/** What a reference is in `packed-refs`. */
function packed(directory: string, reference: string): string | undefined {
  return textOf(join(directory, 'packed-refs'))
    ?.split('\n')
    .find((line) => line.endsWith(` ${reference}`))
    ?.slice(0, -reference.length - 1);
}

/**
 * The commit that is checked out, read from git's files; git itself need not be installed. Empty where the directory is
 * no checkout of ours, or keeps its references in another way.
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
    // Other names than git's own could lead out of its directory.
    const [, next] = /^ref: (refs\/.+)$/.exec(value) ?? [];
    if (next === undefined || next.split('/').includes('..')) return '';
    reference = next;
  }
  return '';
}
