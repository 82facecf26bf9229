import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Embedded } from '../src/embedded.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** The files of a bundle, as the platform gets them. */
export const BUNDLE_FILES = ['main.js', 'archeio.js', 'configuration.js', 'ranges.bin'] as const;

/** Ties the code to its data. The bytes are a module of their own: in base64 they would be a third larger. */
const MAIN = `import { createWorker } from './archeio.js';
import embedded from './configuration.js';
import ranges from './ranges.bin';

export default createWorker(embedded, ranges);
`;

/** @throws Error with the bundler's output */
function bundleCode(folder: string): void {
  const args = [
    'build',
    join(ROOT, 'apps/edge/src/worker.ts'),
    '--target=browser',
    // The platform has them. Named without the pattern, the bundler would put a copy of a megabyte into the bundle.
    '--external=node:*',
    `--outfile=${join(folder, 'archeio.js')}`,
    `--metafile=${join(folder, 'modules.json')}`,
  ];
  const bun = join(ROOT, 'node_modules/.bin/bun');
  const { status, stdout, stderr, error } = spawnSync(bun, args, {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status !== 0)
    throw new Error(`cannot bundle the Worker: ${error?.message ?? `${stderr}${stdout}`}`);
}

/** The source files in a bundle, relative to the checkout. */
export function modulesOf(folder: string): readonly string[] {
  const { inputs }: { inputs: Record<string, unknown> } = JSON.parse(
    readFileSync(join(folder, 'modules.json'), 'utf8'),
  );
  return Object.keys(inputs);
}

/**
 * Writes a bundle.
 *
 * @throws Error if the code cannot be bundled, or the folder cannot be written
 */
export function writeBundle(folder: string, embedded: Embedded, ranges: Uint8Array): void {
  mkdirSync(folder, { recursive: true });
  bundleCode(folder);
  writeFileSync(join(folder, 'main.js'), MAIN);
  writeFileSync(
    join(folder, 'configuration.js'),
    `export default ${JSON.stringify(embedded, undefined, 1)};\n`,
  );
  writeFileSync(join(folder, 'ranges.bin'), ranges);
}
