import { execFile, execFileSync } from 'node:child_process';
import { COMPILE_CACHE } from './compile-cache.ts';

/** What a command printed, and how it ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Time limit of a command in milliseconds. The longest takes seconds, or several times that on a busy machine. */
const LIMIT = 120_000;

/**
 * Runs a command to its end; a code other than 0 is an outcome, not an error.
 *
 * @throws Error that names the command, if it has not ended within two minutes
 */
export function run(
  command: string,
  args: readonly string[],
  environment: Record<string, string | undefined> = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    execFile(
      command,
      args,
      {
        env: { ...process.env, ...COMPILE_CACHE, ...environment },
        timeout: LIMIT,
        killSignal: 'SIGKILL',
        maxBuffer: 64 * 1024 * 1024,
      },
      (error, stdout, stderr) => {
        if (error?.killed) return reject(notEnded([command, ...args], LIMIT, stdout, stderr));
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ code, stdout, stderr });
      },
    );
  });
}

/** The error for a command that did not end in time, with its output so far. */
export function notEnded(
  command: readonly string[],
  milliseconds: number,
  stdout: string,
  stderr: string,
): Error {
  return new Error(
    `"${command.join(' ')}" has not ended within ${milliseconds / 1000} s\n${stdout}\n${stderr}`,
  );
}

/** Runs a command that must succeed. */
export async function must(
  command: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, environment);
  if (code !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${code}\n${stdout}\n${stderr}`);
  return stdout;
}

/** Those of these commands that are not installed. */
export function missing(...commands: readonly string[]): string[] {
  return commands.filter((command) => {
    try {
      execFileSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore', timeout: 10_000 });
      return false;
    } catch {
      return true;
    }
  });
}
