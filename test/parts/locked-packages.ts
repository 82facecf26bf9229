import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
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

/**
 * Installs the locked packages of `test/<theme>`, unless an earlier run has.
 *
 * @throws Error with npm's output
 */
export async function installLocked(theme: string): Promise<LockedPackages> {
  const locked = join(ROOT, 'test', theme);
  const folder = join(ROOT, '.test-run', theme);
  const lock = join(folder, 'package-lock.json');
  const wanted = readFileSync(join(locked, 'package-lock.json'), 'utf8');
  const isThere = existsSync(join(folder, 'node_modules/.package-lock.json'));
  if (!isThere || readFileSync(lock, 'utf8') !== wanted) {
    mkdirSync(folder, { recursive: true });
    for (const name of ['package.json', 'package-lock.json'])
      cpSync(join(locked, name), join(folder, name));
    const quiet = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
    await must('npm', ['ci', '--prefix', folder, ...quiet, '--loglevel=error']);
  }
  const { resolve } = createRequire(join(folder, 'package.json'));
  return { folder, load: (name) => import(pathToFileURL(resolve(name)).href) };
}
