import { execFile } from 'node:child_process';
import { notEnded, type Outcome } from './command.ts';
import { cleanEnvironment, leashed, type PartSurroundings } from './part-process.ts';

/** Longer than any client retries, in milliseconds. */
const PATIENCE = 120_000;

/**
 * Runs a command to its end like a part: without our environment, inside its network.
 *
 * @throws Error that names the command, if it has not ended within two minutes
 */
export function runClean(
  command: readonly string[],
  { folder, environment, namespace }: PartSurroundings,
): Promise<Outcome> {
  const [file, ...args] = leashed(command, namespace);
  return new Promise((resolve, reject) => {
    execFile(
      file,
      args,
      {
        cwd: folder,
        env: cleanEnvironment(folder, environment),
        timeout: PATIENCE,
        killSignal: 'SIGKILL',
        maxBuffer: 64 * 1024 * 1024,
      },
      (error, stdout, stderr) => {
        if (error?.killed) return reject(notEnded(command, PATIENCE, stdout, stderr));
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ code, stdout, stderr });
      },
    );
  });
}

/**
 * Runs a command that must succeed in the same way.
 *
 * @throws Error with its output if the exit code is not 0
 */
export async function mustClean(
  command: readonly string[],
  surroundings: PartSurroundings,
): Promise<string> {
  const { code, stdout, stderr } = await runClean(command, surroundings);
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}\n${stdout}\n${stderr}`);
  return stdout;
}
