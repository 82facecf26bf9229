import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { missing } from './command.ts';
import { COMPILE_CACHE } from './compile-cache.ts';
import { limit } from './limited-child.ts';
import type { NetworkNamespace } from './network-namespace.ts';

/** How long a part may take to stop by itself, in milliseconds. */
const GRACE = 5000;

/** Longer than any suite needs a part, in milliseconds. */
export const LIFETIME = 15 * 60_000;

/** Where a part runs, and its environment. */
export interface PartSurroundings {
  /** Folder of its log; also its home directory. */
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly namespace?: NetworkNamespace | undefined;
}

/** A real program in its own process group, with its output in a file. */
export interface Part extends AsyncDisposable {
  readonly name: string;
  /** The file that its output goes to. */
  readonly log: string;
  /** Sends a signal to the whole group. */
  signal(signal: NodeJS.Signals): void;
  /** Waits until it answers `probe` with true. @throws Error with the end of its log, if it ends or takes over a minute */
  until(probe: () => Promise<boolean>): Promise<this>;
}

/**
 * The environment of a part or a client, without that of the tests: a machine's certificates and
 * proxies would change what the parts do.
 */
export function cleanEnvironment(
  folder: string,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    PATH: `/usr/sbin:/usr/bin:/sbin:/bin`,
    HOME: folder,
    LANG: 'C',
    ...COMPILE_CACHE,
    ...more,
  };
}

/** Prefix that kills a command when its parent process ends for any reason (PR_SET_PDEATHSIG). */
const LEASH = missing('setpriv').length === 0 ? ['setpriv', '--pdeathsig', 'KILL', '--'] : [];

/** A command that does not outlive this process, run inside `namespace` if given. */
export function leashed(
  command: readonly string[],
  namespace: NetworkNamespace | undefined,
): readonly string[] {
  return [...(namespace?.command ?? []), ...LEASH, ...command];
}

/** The end of a log, for failure messages. */
export function tail(log: string, lines = 25): string {
  return `the end of ${log}:\n${readFileSync(log, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')}`;
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-child.pid!, signal);
  } catch {
    // The process has ended.
  }
}

/** Starts a program. It does not outlive the process that started it. */
export function startPart(
  name: string,
  command: readonly string[],
  { folder, environment = {}, namespace }: PartSurroundings,
): Part {
  const log = join(folder, `${name}.log`);
  const output = openSync(log, 'a');
  const [file, ...args] = leashed(command, namespace);
  const child = spawn(file, args, {
    env: cleanEnvironment(folder, environment),
    stdio: ['ignore', output, output],
    detached: true,
  });
  closeSync(output);
  limit(child, LIFETIME);
  let ended = false;
  const end = new Promise<void>((resolve) => {
    const settle = (): void => {
      ended = true;
      resolve();
    };
    child.once('exit', settle).once('error', settle);
  });
  return {
    name,
    log,
    signal: (signal) => signalGroup(child, signal),
    async until(probe) {
      for (const deadline = performance.now() + 60_000; performance.now() < deadline;) {
        if (ended) throw new Error(`${name} ended before it was ready; ${tail(log)}`);
        if (await probe()) return this;
        await sleep(50);
      }
      throw new Error(`${name} is not ready after a minute; ${tail(log)}`);
    },
    async [Symbol.asyncDispose]() {
      // A stopped process would not see the signal to end.
      signalGroup(child, 'SIGCONT');
      signalGroup(child, 'SIGTERM');
      const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE);
      await end;
      clearTimeout(timer);
      signalGroup(child, 'SIGKILL');
    },
  };
}

/** Whether a server answers any HTTP request. */
export async function answersHttp(url: string): Promise<boolean> {
  try {
    await (await fetch(url, { signal: AbortSignal.timeout(2000) })).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
