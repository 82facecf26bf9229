import { constants } from 'node:os';
import { CommanderError } from 'commander';
import { FailedError, InterruptedError, ReportedError, UsageError } from './commands/errors.ts';
import { createProgram } from './commands/program.ts';
import { UnreachableError } from './configuration/content.ts';
import { EnvironmentError } from './configuration/environment.ts';
import { ConfigurationFlagError } from './configuration/load-configuration.ts';
import { ConfigurationError, formatProblem } from './configuration/problem.ts';
import { errorCode, isSystemError } from './error-code.ts';
import { failureLine, failureReason } from './failure-reason.ts';
import type { HeldSignals } from './held-signals.ts';
import { complain } from './print.ts';

/** 0: done, 1: failed, 2: wrong use, more: ended by that signal. */
type ExitCode = number;

/** A user's mistake is one line a problem; only a mistake of ours has a stack. */
function report(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof ConfigurationError) {
    for (const each of error.problems) complain(formatProblem(each));
    return 1;
  }
  if (error instanceof ReportedError) return 1;
  if (error instanceof InterruptedError) {
    complain(error.message);
    // A shell that runs several commands stops only when it sees that this one died of the signal.
    process.kill(process.pid, error.signal);
    return 128 + constants.signals[error.signal];
  }
  if (error instanceof UnreachableError) {
    complain(error.message);
    return error.where === 'file' ? 2 : 1;
  }
  if (
    error instanceof UsageError ||
    error instanceof ConfigurationFlagError ||
    error instanceof EnvironmentError
  ) {
    complain(error.message);
    return 2;
  }
  if (error instanceof FailedError) {
    complain(error.message);
    return 1;
  }
  if (isSystemError(error)) {
    complain(failureLine(error));
    return 1;
  }
  complain(
    `internal error, please report it\n${error instanceof Error ? error.stack : String(error)}`,
  );
  return 1;
}

/** Runs the command that the arguments name, and sets the exit code. @param held signals that have arrived since the start */
export async function runCommandLine(held: HeldSignals): Promise<void> {
  // The reader of our output has read enough. `serve` sets this aside: it lives on without its log.
  process.stdout.on('error', (error) => {
    if (errorCode(error) !== 'EPIPE') {
      complain(`cannot write the output: ${failureReason(error)}`);
      process.exitCode = 1;
    }
    process.exit();
  });
  // A closed standard error is no reason to stop.
  process.stderr.on('error', () => undefined);
  // A runtime would print what an error holds, secrets included.
  process.on('uncaughtException', (error) => process.exit(report(error)));

  try {
    await createProgram(process.env, held).parseAsync(process.argv);
  } catch (error) {
    process.exitCode = report(error);
  }
}
