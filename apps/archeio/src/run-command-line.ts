import { constants } from 'node:os';
import { CommanderError } from 'commander';
import { FailedError, InterruptedError, ReportedError, UsageError } from './commands/errors.ts';
import { createProgram } from './commands/program.ts';
import { UnreachableError } from './configuration/content.ts';
import { EnvironmentError } from './configuration/environment.ts';
import { ConfigurationFlagError } from './configuration/load-configuration.ts';
import { ConfigurationError, formatProblem } from './configuration/problem.ts';
import { errorCode, isSystemError } from './error-code.ts';
import type { HeldSignals } from './held-signals.ts';

/** 0: done, 1: failed, 2: wrong use, more: ended by that signal. */
type ExitCode = number;

/** A user's mistake is one line a problem; only a mistake of ours has a stack. */
function report(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof ConfigurationError) {
    process.stderr.write(
      error.problems.map((each) => `archeio: ${formatProblem(each)}\n`).join(''),
    );
    return 1;
  }
  if (error instanceof ReportedError) return 1;
  if (error instanceof InterruptedError) {
    process.stderr.write(`archeio: ${error.message}\n`);
    // A shell that runs several commands stops only when it sees that this one died of the signal.
    process.kill(process.pid, error.signal);
    return 128 + constants.signals[error.signal];
  }
  if (error instanceof UnreachableError) {
    process.stderr.write(`archeio: ${error.message}\n`);
    return error.where === 'file' ? 2 : 1;
  }
  if (
    error instanceof UsageError ||
    error instanceof ConfigurationFlagError ||
    error instanceof EnvironmentError
  ) {
    process.stderr.write(`archeio: ${error.message}\n`);
    return 2;
  }
  if (error instanceof FailedError || isSystemError(error)) {
    process.stderr.write(`archeio: ${error.message}\n`);
    return 1;
  }
  process.stderr.write(
    `archeio: this should not have happened\n${error instanceof Error ? error.stack : String(error)}\n`,
  );
  return 1;
}

/** Runs the command that the arguments name, and sets the exit code. @param held signals that have arrived since the start */
export async function runCommandLine(held: HeldSignals): Promise<void> {
  // The reader of our output has read enough. `serve` sets this aside: it lives on without its log.
  process.stdout.on('error', (error) => {
    if (errorCode(error) !== 'EPIPE') {
      process.stderr.write(`archeio: cannot write the output: ${error.message}\n`);
      process.exitCode = 1;
    }
    process.exit();
  });
  // A closed standard error is no reason to stop.
  process.stderr.on('error', () => undefined);

  try {
    await createProgram(process.env, held).parseAsync(process.argv);
  } catch (error) {
    process.exitCode = report(error);
  }
}
