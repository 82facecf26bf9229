import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../source-files.ts';

/** A platform that Archeio is built for, by its name in OCI images. */
export interface Platform {
  readonly name: 'linux/amd64' | 'linux/arm64';
  /** Bun's name of it. */
  readonly target: string;
  /** npm package with the runtime. */
  readonly runtime: string;
  /** Debian's name of the architecture, and of the folder for its libraries. */
  readonly debian: 'amd64' | 'arm64';
  readonly triplet: string;
}

const PLATFORMS: readonly Platform[] = [
  {
    name: 'linux/amd64',
    target: 'bun-linux-x64',
    runtime: '@oven/bun-linux-x64',
    debian: 'amd64',
    triplet: 'x86_64-linux-gnu',
  },
  {
    name: 'linux/arm64',
    target: 'bun-linux-arm64',
    runtime: '@oven/bun-linux-aarch64',
    debian: 'arm64',
    triplet: 'aarch64-linux-gnu',
  },
];

/** The platform of this machine. */
export const OWN_PLATFORM = process.arch === 'arm64' ? 'linux/arm64' : 'linux/amd64';

/** @throws Error if Archeio is not built for it */
export function platformOf(name: string): Platform {
  const found = PLATFORMS.find((each) => each.name === name);
  if (found !== undefined) return found;
  const names = PLATFORMS.map((each) => each.name).join(' or ');
  throw new Error(`cannot build for platform ${JSON.stringify(name)}: expected ${names}`);
}

/** An entry of package-lock.json. */
export interface LockedPackage {
  readonly version: string;
  readonly integrity: string;
  readonly license?: string;
}

/** @throws Error if package-lock.json does not have it */
export function lockedPackage(name: string): LockedPackage {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const found: LockedPackage | undefined = packages[`node_modules/${name}`];
  if (found === undefined) throw new Error(`package-lock.json does not have ${name}`);
  return found;
}

/** @throws Error with what the command says */
function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: 300_000,
  });
  if (status !== 0)
    throw new Error(`${command} ${args[0]} failed: ${error?.message ?? stderr.trim()}`);
}

/**
 * The pinned runtime for a platform. That of another platform is fetched once, into node_modules/.cache, and is checked
 * against package-lock.json.
 *
 * @throws Error if it cannot be fetched, or is not what package-lock.json names
 */
export function runtimeFor({ name, runtime }: Platform): string {
  const installed = join(ROOT, 'node_modules/bun/bin/bun.exe');
  if (name === OWN_PLATFORM && existsSync(installed)) return installed;
  const { version, integrity } = lockedPackage(runtime);
  const cache = join(ROOT, 'node_modules/.cache/archeio', `${runtime.split('/')[1]}-${version}`);
  const program = join(cache, 'package/bin/bun');
  if (existsSync(program)) return program;
  const folder = mkdtempSync(join(tmpdir(), 'archeio-runtime-'));
  try {
    run('npm', ['pack', `${runtime}@${version}`, '--pack-destination', folder]);
    const archive = join(folder, `${runtime.slice(1).replace('/', '-')}-${version}.tgz`);
    const digest = createHash('sha512').update(readFileSync(archive)).digest('base64');
    if (integrity !== `sha512-${digest}`)
      throw new Error(
        `${runtime}@${version} is sha512-${digest}, but package-lock.json names ${integrity}`,
      );
    run('mkdir', ['-p', cache]);
    run('tar', ['-xzf', archive, '-C', cache]);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return program;
}
