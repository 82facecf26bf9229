import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../../tools/source-files.ts';
import { spawnLimited } from '../parts/limited-child.ts';
import { cleanEnvironment, leashed, tail } from '../parts/part-process.ts';

/** What the machine needs on this one. */
export const MACHINE_COMMANDS = ['systemd-nspawn', 'mount', 'umount', 'curl'];

/** Milliseconds for a whole run. */
const PATIENCE = 150_000;

/** The checkout inside the machine. */
export const CHECKOUT = '/opt/archeio';

/** What an Archeio on this machine may have left behind; the machine of a test begins without it. */
const LEFTOVERS = ['/etc/archeio', '/var/lib/archeio', '/var/lib/private/archeio'];

/** Runs the script as soon as the journal works, then ends the machine. */
const DRIVER = `[Unit]
DefaultDependencies=no
Requires=systemd-journald.service
After=systemd-journald.service
SuccessAction=exit-force
FailureAction=exit-force
[Service]
Type=oneshot
ExecStart=/bin/bash /driver.sh
StandardOutput=file:/driver.out
StandardError=file:/driver.out
`;

function mount(...args: readonly string[]): void {
  execFileSync('mount', args, { timeout: 10_000 });
}

/** A copy of this machine's file system whose changes are kept in memory. Works where `mount` is allowed. */
class Overlay implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'archeio-systemd-'));
  readonly root = join(this.#folder, 'root');
  readonly #changes = join(this.#folder, 'changes');
  readonly #mounted: string[] = [];

  constructor() {
    for (const folder of [this.root, this.#changes]) mkdirSync(folder);
    try {
      this.#mount(this.#changes, '-t', 'tmpfs', 'tmpfs');
      for (const folder of ['upper', 'work']) mkdirSync(join(this.#changes, folder));
      const [upper, work] = ['upper', 'work'].map((each) => join(this.#changes, each));
      const options = `lowerdir=/,upperdir=${upper},workdir=${work}`;
      this.#mount(this.root, '-t', 'overlay', '-o', options, 'overlay');
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  #mount(target: string, ...args: readonly string[]): void {
    mount(...args, target);
    this.#mounted.unshift(target);
  }

  [Symbol.dispose](): void {
    for (const target of this.#mounted) execFileSync('umount', [target], { timeout: 10_000 });
    rmSync(this.#folder, { recursive: true });
  }
}

/**
 * Boots the real systemd as the first process of a machine of its own, with this one's programs, no network but loopback
 * and the checkout at {@link CHECKOUT}; runs a script there.
 *
 * @param files by their paths in the machine
 * @returns what the script printed
 */
export async function runUnderSystemd(
  script: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  using overlay = new Overlay();
  for (const path of LEFTOVERS) rmSync(join(overlay.root, path), { recursive: true, force: true });
  const write = (path: string, text: string): void => {
    const file = join(overlay.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    if (text.startsWith('#!')) chmodSync(file, 0o755);
  };
  write('/driver.sh', `ip link set lo up\n${script}\necho END\n`);
  write('/etc/systemd/system/driver.service', DRIVER);
  for (const [path, text] of Object.entries(files)) write(path, text);
  const output = join(overlay.root, 'driver.out');
  const [command, ...args] = leashed(
    [
      'systemd-nspawn',
      '--quiet',
      // Debian's machine registry needs a running systemd.
      '--register=no',
      '--keep-unit',
      '--link-journal=no',
      '--private-network',
      `--bind-ro=${ROOT}:${CHECKOUT}`,
      `--directory=${overlay.root}`,
      '--boot',
      'systemd.unit=driver.service',
      'systemd.show_status=no',
    ],
    undefined,
  );
  const machine = spawnLimited(command, args, { stdio: 'ignore', env: cleanEnvironment('/') });
  const ended = new Promise((resolve) => machine.once('close', resolve));
  try {
    const until = performance.now() + PATIENCE - 10_000;
    while (!isWhole(output)) {
      if (machine.exitCode !== null || performance.now() > until)
        throw new Error(`the machine did not finish; ${existsSync(output) ? tail(output) : ''}`);
      await sleep(100);
    }
    return readFileSync(output, 'utf8');
  } finally {
    machine.kill('SIGKILL');
    await ended;
  }
}

function isWhole(output: string): boolean {
  return existsSync(output) && readFileSync(output, 'utf8').endsWith('END\n');
}
