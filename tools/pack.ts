import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.ts';

/** `npm run pack -- --out FOLDER`: the tarballs of the command and of every library, as they would be published. */

const USAGE = `Usage: npm run pack -- --out FOLDER

Builds every package, and writes its tarball to FOLDER, which is created if it does not exist.
`;

class UsageError extends Error {}

/** The folder for the tarballs; undefined for --help. @throws UsageError for wrong arguments */
function outOf(args: readonly string[]): string | undefined {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: { out: { type: 'string' }, help: { type: 'boolean' } },
    }));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  if (values.help === true) return undefined;
  if (values.out === undefined || values.out === '')
    throw new UsageError('--out is missing: name the folder for the tarballs');
  // npm runs scripts in the checkout: relative paths are relative to where npm was started.
  return resolve(process.env['INIT_CWD'] ?? '.', values.out);
}

/** Writes the tarballs, and returns their names. @throws Error if `out` is not a directory or npm fails */
function pack(out: string): string[] {
  if (statSync(out, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new Error(`cannot write tarballs to "${out}": it is not a directory`);
  mkdirSync(out, { recursive: true });
  const into = mkdtempSync(join(tmpdir(), 'archeio-pack-'));
  try {
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', out, ...build(into)];
    const { status, stdout, stderr, error } = spawnSync('npm', args, {
      cwd: into,
      encoding: 'utf8',
      timeout: 300_000,
    });
    if (status !== 0) throw new Error(`npm pack failed: ${error?.message ?? stderr}`);
    return JSON.parse(stdout).map(({ filename }: { filename: string }) => filename);
  } finally {
    rmSync(into, { recursive: true });
  }
}

function main(args: readonly string[]): number {
  try {
    const out = outOf(args);
    if (out === undefined) process.stdout.write(USAGE);
    else for (const name of pack(out)) console.log(name);
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const isUse = error instanceof UsageError;
    process.stderr.write(`pack: ${message}\n${isUse ? USAGE : ''}`);
    return isUse ? 2 : 1;
  }
}

process.exitCode = main(process.argv.slice(2));
