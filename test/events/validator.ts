import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from '../../tools/source-files.ts';
import { EVENT_SCHEMA_FILE } from '../../tools/reference.ts';
import { must } from '../parts/command.ts';

/** Reused by later runs. */
const FOLDER = join(ROOT, '.test-run/events');

/** The part of ajv that is used here. */
interface Ajv {
  compile(schema: unknown): ((value: unknown) => boolean) & { readonly errors?: unknown };
}

/** Installs the locked packages of this folder next to the checkout's test data. */
async function install(): Promise<void> {
  const locked = join(ROOT, 'test/events');
  const wanted = readFileSync(join(locked, 'package-lock.json'), 'utf8');
  const lock = join(FOLDER, 'package-lock.json');
  const isThere = existsSync(join(FOLDER, 'node_modules/ajv/dist/2020.js'));
  if (isThere && readFileSync(lock, 'utf8') === wanted) return;
  mkdirSync(FOLDER, { recursive: true });
  for (const name of ['package.json', 'package-lock.json'])
    cpSync(join(locked, name), join(FOLDER, name));
  const quiet = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  await must('npm', ['ci', '--prefix', FOLDER, ...quiet, '--loglevel=error']);
}

/** Returns what is wrong with an event by the published schema; undefined if nothing is. */
export async function eventValidator(): Promise<(event: unknown) => string | undefined> {
  await install();
  const load = createRequire(join(FOLDER, 'package.json'));
  const { default: Ajv2020 }: { default: new (options: object) => Ajv } = load('ajv/dist/2020');
  const schema: unknown = JSON.parse(readFileSync(join(ROOT, EVENT_SCHEMA_FILE), 'utf8'));
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
  return (event) => (validate(event) ? undefined : JSON.stringify(validate.errors));
}
