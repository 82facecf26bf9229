import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './source-files.ts';

/** The fields of a package.json that are used here. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, string>>;
  readonly files?: readonly string[];
  readonly keywords?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

/** A package of the workspace. */
export interface WorkspacePackage {
  /** Relative to the checkout. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Workers are built and deployed from a checkout. */
const NOT_PUBLISHED: ReadonlySet<string> = new Set(['apps/edge/package.json']);

/** Every published package: the libraries and the command. */
export function workspacePackages(): WorkspacePackage[] {
  return globSync('{packages,apps}/*/package.json', { cwd: ROOT })
    .filter((path) => !NOT_PUBLISHED.has(path))
    .toSorted()
    .map((path) => {
      const manifest: Manifest = JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
      return { folder: dirname(path), manifest };
    });
}

/** Fields common to all packages, from the workspace's package.json. */
export interface Common {
  readonly repository: { readonly type: string; readonly url: string };
  readonly engines: { readonly node: string };
}

/** Path of a source's compiled file, relative to the package. */
export function compiledPath(path: string, extension: '.js' | '.d.ts'): string {
  return path.replace(/^\.\/src\//, './dist/').replace(/\.ts$/, extension);
}

/**
 * The package.json of a published package: exports point to the compiled JavaScript and its declarations, and
 * dependencies on other packages of the workspace are pinned to their exact version.
 */
export function publishedManifest(
  { folder, manifest }: WorkspacePackage,
  common: Common,
  versions: ReadonlyMap<string, string>,
): object {
  const { private: _, exports, files = [], dependencies = {}, ...kept } = manifest;
  const entryPoints = Object.entries(exports ?? {}).map(([entry, source]) => [
    entry,
    source.endsWith('.ts')
      ? { types: compiledPath(source, '.d.ts'), default: compiledPath(source, '.js') }
      : source,
  ]);
  const main = exports?.['.'];
  return {
    ...kept,
    repository: { ...common.repository, directory: folder },
    // npm builds the workspace; users of a package may use another program.
    engines: { node: common.engines.node },
    ...(main !== undefined && { types: compiledPath(main, '.d.ts') }),
    ...(exports !== undefined && { exports: Object.fromEntries(entryPoints), sideEffects: false }),
    files: ['dist', ...files],
    dependencies: Object.fromEntries(
      Object.entries(dependencies).map(([name, range]) => [name, versions.get(name) ?? range]),
    ),
  };
}
