import { isAbsolute, resolve } from 'node:path';
import { error, type Finding } from './finding.ts';
import type { KeyPath } from './key-path.ts';
import { childOf, isRecord, listAt } from './record.ts';

/** Base of the relative file names in a configuration. */
export type FileBase =
  | { readonly kind: 'directory'; readonly path: string }
  /** The configuration is not a file: its names must be absolute. */
  | {
      readonly kind: 'none';
      readonly from: string;
      /** Whether it came by URL: then it may not name files to write, nor those of a certificate. */
      readonly remote?: boolean;
    };

/** The value of `events.to` that is not a file. */
const STDOUT = 'stdout';

/** Paths of the keys that name files that `serve` writes. */
function keysOfWrittenFiles(source: unknown): readonly KeyPath[] {
  return childOf(childOf(source, 'events'), 'to') === STDOUT ? [] : [['events', 'to']];
}

/** Paths of the keys that name files that hold a secret, or are shown to every client. */
const KEYS_OF_CERTIFICATE: readonly KeyPath[] = [
  ['tls', 'certificate'],
  ['tls', 'key'],
  ['tls', 'redirect', 'challenges'],
];

/** Paths of the keys that name files and directories. */
function keysOfFiles(source: unknown): readonly KeyPath[] {
  const stores = listAt(source, 'stores');
  const destinations = listAt(childOf(source, 'mirror'), 'destinations');
  return [
    ...stores.map((_, index) => ['stores', index, 'inventory', 'file']),
    ['mirror', 'source', 'repositories', 'path'],
    ...destinations.map((_, index) => ['mirror', 'destinations', index, 'path']),
    ...keysOfWrittenFiles(source),
    ...KEYS_OF_CERTIFICATE,
  ];
}

/** Relative names that have no base directory. */
export function relativeFiles(source: unknown, base: FileBase): Finding[] {
  if (base.kind === 'directory') return [];
  return keysOfFiles(source).flatMap((path) => {
    const name = path.reduce(childOf, source);
    if (typeof name !== 'string' || name === '' || isAbsolute(name)) return [];
    // Refused as a whole.
    if (base.remote === true && (path[0] === 'events' || path[0] === 'tls')) return [];
    const problem = `cannot tell which directory ${JSON.stringify(name)} is relative to, since the configuration comes from ${base.from}: expected an absolute path`;
    return [error(path, problem)];
  });
}

/**
 * Files that a configuration names although it came by URL: its server must not choose what is overwritten here, or which
 * private key is used.
 */
export function refusedFiles(source: unknown, base: FileBase): Finding[] {
  if (base.kind === 'directory' || base.remote !== true) return [];
  const refused = (paths: readonly KeyPath[], act: string, kind: string, instead: string) =>
    paths.flatMap((path) => {
      const name = path.reduce(childOf, source);
      if (typeof name !== 'string' || name === '') return [];
      const problem = `cannot ${act} ${JSON.stringify(name)}: the configuration comes from ${base.from}, and one that comes by URL may not name ${kind}; use ${instead}`;
      return [error(path, problem)];
    });
  return [
    ...refused(
      keysOfWrittenFiles(source),
      'write to file',
      'a file to write',
      'stdout, or a configuration file',
    ),
    ...refused(KEYS_OF_CERTIFICATE, 'use', 'the files of a certificate', 'a configuration file'),
  ];
}

/** Makes the file names of a checked configuration absolute, in place. */
export function makeFilesAbsolute(configuration: unknown, base: FileBase): void {
  if (base.kind === 'none') return;
  for (const path of keysOfFiles(configuration)) {
    const holder = path.slice(0, -1).reduce(childOf, configuration);
    const key = String(path.at(-1));
    const name = childOf(holder, key);
    if (typeof name === 'string' && isRecord(holder))
      Object.assign(holder, { [key]: resolve(base.path, name) });
  }
}
