import { join } from 'node:path';
import { must } from '../parts/command.ts';
import { ROOT } from '../../tools/source-files.ts';

const PLATFORM = process.arch === 'arm64' ? 'linux/arm64' : 'linux/amd64';

/** Builds the executable in a folder, and returns its path. */
export async function buildExecutable(folder: string, platform = PLATFORM): Promise<string> {
  const output = join(folder, `archeio-${platform.slice('linux/'.length)}`);
  const args = ['--platform', platform, '--out', output];
  await must('node', [join(ROOT, 'tools/build-executable.ts'), ...args]);
  return output;
}

/** Builds the image in a folder, and returns its layout. */
export async function buildImage(folder: string, ...platforms: readonly string[]): Promise<string> {
  const wanted = platforms.length === 0 ? [PLATFORM] : platforms;
  const output = join(folder, `image-${Math.random().toString(36).slice(2)}`);
  const args = wanted.flatMap((platform) => ['--platform', platform]);
  await must('node', [join(ROOT, 'tools/build-image.ts'), ...args, '--out', output]);
  return output;
}
