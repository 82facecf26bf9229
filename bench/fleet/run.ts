import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { HELP, type Options, parseOptions, UsageError } from './options.ts';
import { plots } from './plots/all-plots.ts';
import { withTables } from './report/document.ts';
import { type Results, study } from './study/results.ts';

/** The command line: see `HELP`. */
const ROOT = join(import.meta.dirname, '../..');
const DOCUMENT = join(ROOT, 'docs/scale.md');
const FOLDER = join(ROOT, 'docs/scale');

async function resultsOf(file: string, { plots, seed, quick }: Options): Promise<Results> {
  if (plots) return readResults(file);
  const results = await study(seed, quick, (done) => console.log(`done: ${done}`));
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  return results;
}

/** @throws Error that says what to do */
function readResults(file: string): Results {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`cannot read ${file}: ${why}; write it by a run without --plots`, {
      cause: error,
    });
  }
}

/** As `npm run format` would: the documentation's checks want it. */
function format(paths: readonly string[]): void {
  const { status, stderr } = spawnSync(join(ROOT, 'node_modules/.bin/oxfmt'), [...paths], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`cannot format ${paths.join(', ')}: ${stderr}`);
}

async function main(options: Options): Promise<void> {
  const folder = options.out === undefined ? FOLDER : resolve(options.out);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'results.json');
  const results = await resultsOf(file, options);
  for (const [name, svg] of plots(results)) writeFileSync(join(folder, name), svg);
  if (options.out === undefined) {
    writeFileSync(DOCUMENT, withTables(readFileSync(DOCUMENT, 'utf8'), results));
    format([DOCUMENT, file]);
  }
  console.log(`written: ${folder}`);
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(HELP);
  else await main(options);
} catch (error) {
  const isUsage = error instanceof UsageError;
  process.exitCode = isUsage ? 2 : 1;
  console.error(error instanceof Error ? error.message : String(error));
  if (isUsage) console.error('See node bench/fleet/run.ts --help.');
}
