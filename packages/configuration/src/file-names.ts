import { isAbsolute, resolve } from 'node:path';
import { error, type Finding } from './finding.ts';
import type { KeyPath } from './key-path.ts';
import { childOf } from './record.ts';

/** Base of the relative file names in a configuration. */
export type FileBase =
  | { readonly kind: 'directory'; readonly path: string }
  /** The configuration is not a file: its names must be absolute. */
  | { readonly kind: 'none'; readonly from: string };

/** Paths of the keys that name files and directories. */
function keysOfFiles(source: unknown): readonly KeyPath[] {
  const mirror = childOf(source, 'mirror');
  const lengthOf = (list: unknown): number => (Array.isArray(list) ? list.length : 0);
  const each = (list: unknown, path: (index: number) => KeyPath): readonly KeyPath[] =>
    Array.from({ length: lengthOf(list) }, (_, index) => path(index));
  return [
    ...each(childOf(source, 'stores'), (index) => ['stores', index, 'inventory', 'file']),
    ['mirror', 'source', 'repositories', 'path'],
    ...each(childOf(mirror, 'destinations'), (index) => ['mirror', 'destinations', index, 'path']),
  ];
}

function at(source: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>((value, step) => childOf(value, step), source);
}

/** Relative names that have no base directory. */
export function relativeFiles(source: unknown, base: FileBase): Finding[] {
  if (base.kind === 'directory') return [];
  return keysOfFiles(source).flatMap((path) => {
    const name = at(source, path);
    if (typeof name !== 'string' || name === '' || isAbsolute(name)) return [];
    const problem = `cannot tell which directory ${JSON.stringify(name)} is relative to, since the configuration comes from ${base.from}: expected an absolute path`;
    return [error(path, problem)];
  });
}

/** Makes the file names of a checked configuration absolute, in place. */
export function makeFilesAbsolute(configuration: unknown, base: FileBase): void {
  if (base.kind === 'none') return;
  for (const path of keysOfFiles(configuration)) {
    const holder = at(configuration, path.slice(0, -1));
    const key = String(path.at(-1));
    const name = childOf(holder, key);
    if (typeof name === 'string' && typeof holder === 'object' && holder !== null)
      Object.assign(holder, { [key]: resolve(base.path, name) });
  }
}
