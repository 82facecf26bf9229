import { lstatSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * How a file gets another content. Links come last: what is written through one stirs nothing in the file's own folder.
 */
export const REPLACEMENTS = ['rename', 'signal', 'in place', 'links'] as const;
export type Replacement = (typeof REPLACEMENTS)[number];

/** Moves a whole file, or a link, to where the old one is. */
function renameOver(path: string, make: (beside: string) => void): void {
  make(`${path}.new`);
  renameSync(`${path}.new`, path);
}

/** As a ConfigMap is: the file is a link through a link to a folder, and only that second link is ever swapped. */
function swapLinks(path: string, text: string, version: number): void {
  const folder = dirname(path);
  const name = `..version-${version}`;
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, basename(path)), text);
  renameOver(join(folder, '..data'), (beside) => symlinkSync(name, beside));
  if (lstatSync(path).isSymbolicLink()) return;
  renameOver(path, (beside) => symlinkSync(join('..data', basename(path)), beside));
}

/** Writes another content in a way that a watcher must notice; `signal` also says that there is one. */
export function replace(
  path: string,
  text: string,
  how: Replacement,
  version: number,
  signal: () => void,
): void {
  switch (how) {
    case 'rename':
      renameOver(path, (beside) => writeFileSync(beside, text));
      return;
    case 'signal':
      renameOver(path, (beside) => writeFileSync(beside, text));
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
