import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from '../source-files.ts';

/** What the bundler writes about a build. */
export interface Contents {
  readonly outputs: Readonly<
    Record<
      string,
      { readonly inputs?: Readonly<Record<string, { readonly bytesInOutput: number }>> }
    >
  >;
}

/** Folder of the package that a file belongs to. */
const PACKAGE = /^(?:(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+|(?:packages|apps)\/[^/]+)(?=\/)/;

/** The libraries of the console, which is copied as files and not bundled. */
function consolePackages(): string[] {
  const manifest: { readonly dependencies: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(join(ROOT, 'apps/console/package.json'), 'utf8'),
  );
  return [
    'apps/console',
    ...Object.keys(manifest.dependencies).map((name) => `node_modules/${name}`),
  ];
}

/**
 * Folders of the packages in the executable, relative to the checkout and sorted; those of the workspace as well.
 *
 * @param folder where the bundler ran
 */
export function bundledPackages({ outputs }: Contents, folder: string): readonly string[] {
  const files = Object.values(outputs).flatMap(({ inputs = {} }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [file] : [],
    ),
  );
  const packages = files.flatMap((file) => PACKAGE.exec(relative(ROOT, join(folder, file))) ?? []);
  return [...new Set([...packages, ...consolePackages()])].toSorted();
}
