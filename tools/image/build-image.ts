import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import manifest from '../../apps/archeio/package.json' with { type: 'json' };
import { buildExecutable, builtRevision } from '../executable/build-executable.ts';
import type { Platform } from '../executable/platform.ts';
import { run } from '../executable/run.ts';
import { ROOT } from '../source-files.ts';
import { fetchDebianPackages } from './debian-package.ts';
import { DEBIAN_PACKAGES, SBOM, STATE, USER, writeRootFilesystem } from './root-filesystem.ts';
import { noticesOf } from './notices.ts';
import { sbomOf } from './sbom.ts';

/** Annotations of the image, which are its labels as well. */
function labels(revision: string): Readonly<Record<string, string>> {
  const { repository } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const source = repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
  return {
    title: 'archeio',
    description: manifest.description,
    version: manifest.version,
    ...(revision !== '' && { revision }),
    source,
    url: source,
    documentation: `${source}/blob/main/docs/guides/run-as-container.md`,
    licenses: manifest.license,
  };
}

/** Options of `buildah config`. */
function configuration(revision: string): string[] {
  const all = Object.entries(labels(revision)).map(
    ([name, value]) => [`org.opencontainers.image.${name}`, value] as const,
  );
  return [
    '--entrypoint=["/usr/bin/archeio"]',
    '--cmd=serve',
    `--user=${USER}:${USER}`,
    '--workingdir=/',
    '--port=8080',
    '--port=9090',
    // The runtime trusts the certificates that lie in the image, or that are mounted over them, as well as its own.
    '--env=NODE_USE_SYSTEM_CA=1',
    `--label=io.archeio.sbom=${SBOM}`,
    ...all.flatMap(([name, value]) => [
      `--label=${name}=${value}`,
      `--annotation=${name}=${value}`,
    ]),
  ];
}

/** The same contents give the same image, with any version of buildah. */
const COMMIT = ['commit', '--quiet', '--timestamp', '0', '--identity-label=false', '--rm'];

/**
 * Writes everything that the image of a platform contains to a folder, except {@link STATE}.
 *
 * @throws Error with what a command says
 */
export function writeImageFiles(platform: Platform, into: string): void {
  checkCommands(['apt-get', 'dpkg-deb']);
  const folder = mkdtempSync(join(tmpdir(), 'archeio-files-'));
  try {
    const executable = join(folder, 'archeio');
    const packages = buildExecutable(platform, executable);
    const debian = fetchDebianPackages(
      Object.values(DEBIAN_PACKAGES),
      platform.architecture,
      join(ROOT, 'node_modules/.cache/archeio', `debian-${platform.architecture}`),
    );
    const contents = { version: manifest.version, revision: builtRevision(), platform };
    const sbom = sbomOf({ ...contents, packages, debian });
    const notices = noticesOf(packages, debian);
    writeRootFilesystem(into, platform, { executable, debian, sbom, notices });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Builds an image of a platform in buildah's store, and returns its ID. */
function commit(
  buildah: (...args: readonly string[]) => string,
  platform: Platform,
  folder: string,
): string {
  const root = join(folder, 'root');
  writeImageFiles(platform, root);
  const container = buildah('from', '--platform', platform.name, 'scratch').trim();
  buildah('copy', '--quiet', '--chown', '0:0', container, root, '/');
  // A new volume takes over the owner of the folder that it is mounted over.
  const empty = join(folder, 'empty');
  mkdirSync(empty, { mode: 0o755 });
  buildah('copy', '--quiet', '--chown', `${USER}:${USER}`, container, empty, STATE);
  buildah('config', ...configuration(builtRevision()), container);
  return buildah(...COMMIT, container).trim();
}

/** @throws Error if a command is missing that builds images */
function checkCommands(commands: readonly string[]): void {
  for (const command of commands)
    if (spawnSync(command, ['--version'], { timeout: 30_000 }).error !== undefined)
      throw new Error(
        `cannot find ${command}: install it, or build deploy/image/Containerfile with another builder`,
      );
}

/** @throws Error if there is something at `output` that this program did not write */
function checkOutput(output: string): void {
  if (existsSync(output) && !existsSync(join(output, 'oci-layout')))
    throw new Error(`cannot write the image to "${output}": it exists and is not an OCI layout`);
}

/**
 * Writes an OCI layout with the image, whose tag is the version. With several platforms it is an index of images.
 *
 * @throws Error with what a command says
 */
export function buildImage(platforms: readonly Platform[], output: string): void {
  checkCommands(['buildah']);
  checkOutput(output);
  const folder = mkdtempSync(join(tmpdir(), 'archeio-image-'));
  const store = ['--root', join(folder, 'storage'), '--runroot', join(folder, 'run')];
  const buildah = (...args: readonly string[]): string =>
    run('buildah', ['--storage-driver', 'vfs', ...store, ...args]);
  try {
    const ids = platforms.map((platform) => {
      const parts = join(folder, platform.architecture);
      mkdirSync(parts);
      return commit(buildah, platform, parts);
    });
    const layout = join(folder, 'layout');
    const destination = `oci:${layout}:${manifest.version}`;
    const [first] = ids;
    if (ids.length === 1 && first !== undefined) buildah('push', '--quiet', first, destination);
    else {
      const index = buildah('manifest', 'create', 'archeio').trim();
      for (const id of ids) buildah('manifest', 'add', index, id);
      buildah('manifest', 'push', '--quiet', '--all', index, destination);
    }
    mkdirSync(dirname(output), { recursive: true });
    rmSync(output, { recursive: true, force: true });
    run('cp', ['-r', layout, output]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
