import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of a few pages that a test fills or makes read-only. */
export interface SmallDisk extends Disposable {
  readonly path: string;
  /** Makes writes fail; reads still work. */
  spoil(): void;
  /** Makes it writable again. */
  mend(): void;
  /** Gives it room for everything that a test writes. */
  grow(): void;
}

/** Why writes to a disk fail. */
export type Trouble = 'full' | 'read-only';

function run(command: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 10_000 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
}

/** Fills a file system to its last byte. */
function fill(file: string): void {
  const handle = openSync(file, 'w');
  try {
    for (;;) writeSync(handle, Buffer.alloc(4096));
  } catch {
    // It is full.
  } finally {
    closeSync(handle);
  }
}

/** Mounts one. @throws Error where that is not allowed */
export function mountSmallDisk(trouble: Trouble): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'archeio-disk-'));
  try {
    run('mount', '-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', path);
  } catch (error) {
    rmdirSync(path);
    throw error;
  }
  const filler = join(path, 'filler');
  return {
    path,
    spoil: () => (trouble === 'full' ? fill(filler) : run('mount', '-o', 'remount,ro', path)),
    mend: () =>
      trouble === 'full' ? rmSync(filler, { force: true }) : run('mount', '-o', 'remount,rw', path),
    grow: () => run('mount', '-o', 'remount,size=64m', path),
    [Symbol.dispose]() {
      run('umount', '-l', path);
      rmdirSync(path);
    },
  };
}

/** Why none can be mounted here, for `skip` of node:test; false if one can. */
export function noSmallDisks(): string | false {
  try {
    mountSmallDisk('full')[Symbol.dispose]();
    return false;
  } catch {
    return 'no file system can be mounted here';
  }
}
