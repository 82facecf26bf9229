import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../tools/source-files.ts';
import { must } from '../parts/command.ts';

/** Reused by later runs. */
const FOLDER = join(ROOT, '.test-run/duckdb');

/** The part of the client of DuckDB that is used here. */
export interface Connection {
  runAndReadAll(sql: string): Promise<{ getRowObjectsJson(): Record<string, unknown>[] }>;
  closeSync(): void;
}

/** Installs the locked packages of this folder next to the checkout's test data. */
async function install(): Promise<void> {
  const locked = join(ROOT, 'test/compare');
  const wanted = readFileSync(join(locked, 'package-lock.json'), 'utf8');
  const lock = join(FOLDER, 'package-lock.json');
  const isThere = existsSync(join(FOLDER, 'node_modules/@duckdb/node-api/package.json'));
  if (isThere && readFileSync(lock, 'utf8') === wanted) return;
  mkdirSync(FOLDER, { recursive: true });
  for (const name of ['package.json', 'package-lock.json'])
    cpSync(join(locked, name), join(FOLDER, name));
  const quiet = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  await must('npm', ['ci', '--prefix', FOLDER, ...quiet, '--loglevel=error']);
}

/**
 * Opens a database in memory.
 *
 * @param folder for what does not fit into its memory
 */
export async function openDuckDb(folder: string): Promise<Connection> {
  await install();
  const { resolve } = createRequire(join(FOLDER, 'package.json'));
  const { DuckDBInstance } = await import(pathToFileURL(resolve('@duckdb/node-api')).href);
  const options = { memory_limit: '1GB', threads: '2', temp_directory: folder };
  return (await DuckDBInstance.create(':memory:', options)).connect();
}
