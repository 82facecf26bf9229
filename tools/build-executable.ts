import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildExecutable } from './executable/build-executable.ts';
import { OWN_PLATFORM, platformOf } from './executable/platform.ts';
import { ROOT } from './source-files.ts';

/** `npm run build:executable`: one file that needs neither a checkout nor a runtime. */

const USAGE = `Usage: npm run build:executable -- [--platform linux/amd64|linux/arm64] [--out FILE]

Writes Archeio and its runtime as one file (default: for this machine's platform, to dist/archeio). The file needs
nothing but the C library (glibc 2.17 or newer).
`;

function main(args: readonly string[]): number {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        platform: { type: 'string', default: OWN_PLATFORM },
        out: { type: 'string' },
        help: { type: 'boolean' },
      },
    }));
    platformOf(values.platform);
  } catch (error) {
    process.stderr.write(
      `build:executable: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`,
    );
    return 2;
  }
  if (values.help === true) {
    process.stdout.write(USAGE);
    return 0;
  }
  try {
    // npm runs scripts in the checkout: relative paths are relative to where npm was started.
    const output =
      values.out === undefined
        ? join(ROOT, 'dist/archeio')
        : resolve(process.env['INIT_CWD'] ?? '.', values.out);
    buildExecutable(platformOf(values.platform), output);
    console.log(output);
    return 0;
  } catch (error) {
    process.stderr.write(
      `build:executable: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    return 1;
  }
}

process.exitCode = main(process.argv.slice(2));
