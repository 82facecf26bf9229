import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { OWN_PLATFORM, platformOf } from './executable/platform.ts';
import { buildImage } from './image/build-image.ts';
import { ROOT } from './source-files.ts';

/** `npm run build:image`: the image that runs Archeio, as an OCI layout. */

const USAGE = `usage: npm run build:image -- [--platform linux/amd64|linux/arm64]… [--output DIR]

Writes an OCI layout with the image (default: this machine's platform, to dist/image). With --platform twice, it is an
index of both. Needs buildah, apt-get and dpkg-deb.
`;

function main(args: readonly string[]): number {
  let values;
  let platforms;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        platform: { type: 'string', multiple: true, default: [OWN_PLATFORM] },
        output: { type: 'string' },
        help: { type: 'boolean' },
      },
    }));
    platforms = [...new Set(values.platform)].map(platformOf);
  } catch (error) {
    process.stderr.write(
      `build:image: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`,
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
      values.output === undefined
        ? join(ROOT, 'dist/image')
        : resolve(process.env['INIT_CWD'] ?? '.', values.output);
    buildImage(platforms, output);
    console.log(output);
    return 0;
  } catch (error) {
    process.stderr.write(
      `build:image: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    return 1;
  }
}

process.exitCode = main(process.argv.slice(2));
