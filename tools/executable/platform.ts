import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../source-files.ts';
import { run } from './run.ts';

/** A platform that Archeio is built for, by its name in OCI images. */
export interface Platform {
  readonly name: 'linux/amd64' | 'linux/arm64';
  /** Bun's name of it. */
  readonly target: string;
  /** npm package with the runtime. */
  readonly runtime: string;
  /** The name of the architecture, in OCI images and in Debian. */
  readonly architecture: 'amd64' | 'arm64';
  /** Debian's name of the folder for its libraries. */
  readonly triplet: string;
  /** Path of the dynamic linker, which is part of each program. */
  readonly linker: string;
}

const PLATFORMS: readonly Platform[] = [
  {
    name: 'linux/amd64',
    target: 'bun-linux-x64',
    runtime: '@oven/bun-linux-x64',
    architecture: 'amd64',
    triplet: 'x86_64-linux-gnu',
    linker: '/lib64/ld-linux-x86-64.so.2',
  },
  {
    name: 'linux/arm64',
    target: 'bun-linux-arm64',
    runtime: '@oven/bun-linux-aarch64',
    architecture: 'arm64',
    triplet: 'aarch64-linux-gnu',
    linker: '/lib/ld-linux-aarch64.so.1',
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
    mkdirSync(cache, { recursive: true });
    run('tar', ['-xzf', archive, '-C', cache]);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return program;
}
