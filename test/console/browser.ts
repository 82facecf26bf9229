import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../tools/source-files.ts';
import { must } from '../parts/command.ts';

/** Reused by later runs. */
const FOLDER = join(ROOT, '.test-run/console');

/** The part of playwright-core's page that is used here. */
export interface Page {
  setDefaultTimeout(milliseconds: number): void;
  goto(url: string): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
  waitForSelector(selector: string, options?: object): Promise<unknown>;
  fill(selector: string, text: string): Promise<void>;
  click(selector: string): Promise<void>;
  innerText(selector: string): Promise<string>;
  screenshot(options: object): Promise<Buffer>;
  readonly keyboard: { press(key: string): Promise<void>; type(text: string): Promise<void> };
  on(event: string, listener: (value: never) => void): void;
}
interface Context extends AsyncDisposable {
  newPage(): Promise<Page>;
}
/** Debian's Chromium. */
export interface Browser extends AsyncDisposable {
  newContext(options: object): Promise<Context>;
}

/** Installs the locked packages of this folder next to the checkout's test data. */
async function install(): Promise<void> {
  const locked = join(ROOT, 'test/console');
  const wanted = readFileSync(join(locked, 'package-lock.json'), 'utf8');
  const lock = join(FOLDER, 'package-lock.json');
  const isThere = existsSync(join(FOLDER, 'node_modules/axe-core/axe.min.js'));
  if (isThere && readFileSync(lock, 'utf8') === wanted) return;
  mkdirSync(FOLDER, { recursive: true });
  for (const name of ['package.json', 'package-lock.json'])
    cpSync(join(locked, name), join(FOLDER, name));
  const quiet = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  await must('npm', ['ci', '--prefix', FOLDER, ...quiet, '--loglevel=error']);
}

/** Starts Chromium without a window. */
export async function startBrowser(): Promise<Browser> {
  await install();
  const { resolve } = createRequire(join(FOLDER, 'package.json'));
  const { chromium } = (await import(pathToFileURL(resolve('playwright-core')).href)).default;
  const args = ['--no-sandbox', '--disable-dev-shm-usage'];
  const executablePath = '/usr/bin/chromium';
  return chromium.launch({ executablePath, args, timeout: 60_000 });
}

/** The script of axe-core, to be evaluated in a page. */
export function axeScript(): string {
  return readFileSync(join(FOLDER, 'node_modules/axe-core/axe.min.js'), 'utf8');
}
