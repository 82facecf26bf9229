import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { OWN_PLATFORM, platformOf } from './executable/platform.ts';
import { buildImage, writeImageFiles } from './image/build-image.ts';
import { ROOT } from './source-files.ts';

/** `npm run build:image`: the image that runs Archeio, as an OCI layout. */

const USAGE = `Usage: npm run build:image -- [--platform linux/amd64|linux/arm64]… [--out FOLDER | --files FOLDER]

Writes an OCI layout with the image (default: for this machine's platform, to dist/image). With --platform twice, the
image is an index of both. Needs buildah, apt-get and dpkg-deb.

With --files, writes only the files of the image, to a folder that must not exist, and does not need buildah:
deploy/image/Containerfile makes an image of them.
`;

function main(args: readonly string[]): number {
  let values;
  let platforms;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        platform: { type: 'string', multiple: true, default: [OWN_PLATFORM] },
        out: { type: 'string' },
        files: { type: 'string' },
        help: { type: 'boolean' },
      },
    }));
    platforms = [...new Set(values.platform)].map(platformOf);
    if (values.files !== undefined && (values.out !== undefined || platforms.length > 1))
      throw new Error('--files takes one platform and no --out');
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
    const within = (folder: string): string => resolve(process.env['INIT_CWD'] ?? '.', folder);
    const [first] = platforms;
    if (values.files !== undefined && first !== undefined) {
      const files = within(values.files);
      if (existsSync(files)) throw new Error(`cannot write the files to "${files}": it exists`);
      writeImageFiles(first, files);
      console.log(files);
      return 0;
    }
    const output = values.out === undefined ? join(ROOT, 'dist/image') : within(values.out);
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
