import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';

/** Time limit of a child process in milliseconds: longer than any of them takes on a busy machine. */
const LIMIT = 180_000;

/** Kills a child that runs too long, and fails the current test with the child's command. */
export function limit(child: ChildProcess, milliseconds = LIMIT): void {
  const timer = setTimeout(() => {
    child.kill('SIGKILL');
    throw new Error(
      `"${child.spawnargs.join(' ')}" (pid ${child.pid}) has not ended within ${milliseconds / 1000} s`,
    );
  }, milliseconds).unref();
  child.once('close', () => clearTimeout(timer)).once('error', () => clearTimeout(timer));
}

/** `spawn` with a time limit. */
export const spawnLimited: typeof spawn = ((
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): ChildProcess => {
  const child = spawn(command, args, options);
  limit(child);
  return child;
}) as typeof spawn;
