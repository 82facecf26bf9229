import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../tools/source-files.ts';
import { must } from './command.ts';

/** Packages that only tests need: locked in a folder of test/, installed outside the checkout's own packages. */
export interface LockedPackages {
  /** Where they are installed. */
  readonly folder: string;
  /** Imports one of them. */
  load(name: string): Promise<unknown>;
}

/** Installs next to the folder, and then renames: another test may do the same at the same time. */
async function install(locked: string, folder: string): Promise<void> {
  const fresh = `${folder}.${process.pid}`;
  try {
    mkdirSync(fresh, { recursive: true });
    for (const name of ['package.json', 'package-lock.json'])
      cpSync(join(locked, name), join(fresh, name));
    const quiet = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
    await must('npm', ['ci', '--prefix', fresh, ...quiet, '--loglevel=error']);
    renameSync(fresh, folder);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

/**
 * Installs the locked packages of `test/<theme>`, unless an earlier run has.
 *
 * @throws Error with npm's output
 */
export async function installLocked(theme: string): Promise<LockedPackages> {
  const locked = join(ROOT, 'test', theme);
  const lock = readFileSync(join(locked, 'package-lock.json'));
  const version = createHash('sha256').update(lock).digest('hex').slice(0, 12);
  const folder = join(ROOT, '.test-run', `${theme}-${version}`);
  if (!existsSync(folder)) await install(locked, folder);
  const { resolve } = createRequire(join(folder, 'package.json'));
  return { folder, load: (name) => import(pathToFileURL(resolve(name)).href) };
}
