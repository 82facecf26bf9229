import { lstatSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Ways to replace the content of a file. Links come last: writing through one changes nothing in the link's folder.
 */
export const REPLACEMENTS = ['rename', 'signal', 'in place', 'links'] as const;
export type Replacement = (typeof REPLACEMENTS)[number];

/** Replaces a file or link atomically. */
function renameOver(path: string, make: (temporary: string) => void): void {
  make(`${path}.new`);
  renameSync(`${path}.new`, path);
}

/** As Kubernetes does for a ConfigMap: the file is a link through a link to a folder, and only the second link changes. */
function swapLinks(path: string, text: string, version: number): void {
  const folder = dirname(path);
  const name = `..version-${version}`;
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, basename(path)), text);
  renameOver(join(folder, '..data'), (temporary) => symlinkSync(name, temporary));
  if (lstatSync(path).isSymbolicLink()) return;
  renameOver(path, (temporary) => symlinkSync(join('..data', basename(path)), temporary));
}

/** Writes new content in a way that a watcher must notice, or calls `signal` after it. */
export function replace(
  path: string,
  text: string,
  how: Replacement,
  version: number,
  signal: () => void,
): void {
  switch (how) {
    case 'rename':
      renameOver(path, (temporary) => writeFileSync(temporary, text));
      return;
    case 'signal':
      renameOver(path, (temporary) => writeFileSync(temporary, text));
      signal();
      return;
    case 'links':
      swapLinks(path, text, version);
      return;
    case 'in place':
      writeFileSync(path, text);
      return;
  }
}
