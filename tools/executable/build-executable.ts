import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkoutRevision } from '../../apps/archeio/src/platform/checkout-revision.ts';
import { ROOT } from '../source-files.ts';
import { bundledPackages } from './bundled-packages.ts';
import { type Platform, runtimeFor } from './platform.ts';
import { run } from './run.ts';
import { stageFiles } from './staged-files.ts';

const SOURCES = join(ROOT, 'apps/archeio/src');

/** The program and the thread that reads configurations, relative to the app's sources. */
const ENTRIES = ['executable.mjs', 'configuration/reading-thread.ts'];

/** Folder of all code in the executable. */
const INSIDE = '/$bunfs/root';

/** Revision of what is built: `ARCHEIO_REVISION`, or the commit that is checked out. */
export function builtRevision(): string {
  return process.env['ARCHEIO_REVISION'] || checkoutRevision(ROOT);
}

/**
 * Writes the executable: the program with everything that it reads, and the runtime. Returns the folders of the packages in
 * it, relative to the checkout.
 *
 * @param output the file; its folder is created
 * @throws Error with what the bundler says
 */
export function buildExecutable(platform: Platform, output: string): readonly string[] {
  const runtime = runtimeFor(platform);
  const folder = mkdtempSync(join(tmpdir(), 'archeio-executable-'));
  try {
    // The same name each time: it is part of the result.
    const built = join(folder, 'archeio');
    const contents = join(folder, 'contents.json');
    const args = [
      'build',
      '--compile',
      `--target=${platform.target}`,
      `--compile-executable-path=${runtime}`,
      // A command loads what it needs, as in a checkout.
      '--splitting',
      // CommonJS packages ask for their folder, which would be that of this checkout.
      `--define=__dirname=${JSON.stringify(INSIDE)}`,
      // What lies in the folder where it is started must not change what it does.
      '--no-compile-autoload-dotenv',
      '--no-compile-autoload-bunfig',
      `--asset=${stageFiles(folder, builtRevision())}`,
      `--metafile=${contents}`,
      `--outfile=${built}`,
      '--root=.',
      ...ENTRIES,
    ];
    run(join(ROOT, 'node_modules/.bin/bun'), args, SOURCES);
    mkdirSync(dirname(output), { recursive: true });
    copyFileSync(built, `${output}.new`);
    renameSync(`${output}.new`, output);
    return bundledPackages(JSON.parse(readFileSync(contents, 'utf8')), SOURCES);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
