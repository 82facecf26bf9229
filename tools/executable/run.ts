import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';

/**
 * Runs a command and returns its output.
 *
 * @throws Error with what the command says
 */
export function run(command: string, args: readonly string[], folder?: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    ...(folder !== undefined && { cwd: folder }),
    encoding: 'utf8',
    timeout: 300_000,
  });
  if (status === 0) return stdout;
  const why = error?.message ?? (stderr.trim() || `it ended with exit code ${status}`);
  throw new Error(`${basename(command)} ${args[0]} failed: ${why}`);
}
