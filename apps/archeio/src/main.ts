import { constants } from 'node:os';
import { CommandLineError, wordsOf } from './commands/described-command.ts';
import {
  AnsweredError,
  FailedError,
  InterruptedError,
  ReportedError,
  UsageError,
} from './platform/errors.ts';
import { createProgram } from './commands/program.ts';
import { UnreachableError } from './configuration/content.ts';
import {
  EnvironmentError,
  ConfigurationError,
  formatProblem,
  problemJson,
} from '@archeio/configuration/command-line';
import { ConfigurationFlagError } from './configuration/flag-error.ts';
import { errorCode, isSystemError, failureLine, failureReason } from '@archeio/plain-errors';
import type { HeldSignals } from './platform/held-signals.ts';
import { complain, formatJson, print } from './platform/print.ts';

/** 0: done, 1: failed, 2: wrong use, more: ended by that signal. */
type ExitCode = number;

/** What is told of an error: lines for people, an object for programs where `--json` has not said it yet. */
interface Told {
  readonly exitCode: ExitCode;
  readonly lines: readonly string[];
  readonly json?: object;
}

function told(exitCode: ExitCode, message: string, more: object = {}): Told {
  return { exitCode, lines: message.split('\n'), json: { error: message, ...more } };
}

/** Where a mistake of use can be looked up. */
function withHelp(message: string, command: string): string {
  return `${message} (see "${command} --help")`;
}

/** A user's mistake is one line a problem; only a mistake of ours has a stack. */
function tell(error: unknown, command: string): Told {
  if (error instanceof CommandLineError) {
    // Where a command below is missing, its help has been printed.
    return error.exitCode === 0 || error.message === '(outputHelp)'
      ? { exitCode: error.exitCode === 0 ? 0 : 2, lines: [] }
      : told(2, withHelp(error.message, error.command));
  }
  if (error instanceof ConfigurationError)
    return told(1, error.problems.map(formatProblem).join('\n'), {
      problems: error.problems.map(problemJson),
    });
  if (error instanceof ReportedError) return { exitCode: 1, lines: [] };
  if (error instanceof AnsweredError) return { exitCode: 1, lines: [error.message] };
  if (error instanceof InterruptedError)
    return { exitCode: 128 + constants.signals[error.signal], lines: [error.message] };
  if (error instanceof UnreachableError) return told(error.where === 'file' ? 2 : 1, error.message);
  if (error instanceof UsageError) return told(2, withHelp(error.message, command));
  if (error instanceof ConfigurationFlagError || error instanceof EnvironmentError)
    return told(2, error.message);
  if (error instanceof FailedError) return told(1, error.message);
  if (isSystemError(error)) return told(1, failureLine(error));
  const message = 'internal error, please report it';
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { exitCode: 1, lines: [`${message}\n${stack}`], json: { error: message } };
}

/** What is wrong with the command line itself may keep it from being read: what it says of `--json` counts all the same. */
function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end < 0 ? args.length : end).includes('--json');
}

/** The command whose output is a log. */
const SERVE = 'archeio serve';

/** Runs the command that the arguments name, and sets the exit code. @param held signals that have arrived since the start */
export async function runCommandLine(held: HeldSignals): Promise<void> {
  let command = 'archeio';
  // The reader of our output has read enough. `serve` lives on without its log: lines are dropped.
  process.stdout.on('error', (error) => {
    if (command === SERVE) return;
    if (errorCode(error) !== 'EPIPE') {
      complain(`cannot write the output: ${failureReason(error)}`);
      process.exitCode = 1;
    }
    process.exit();
  });
  // A closed standard error is no reason to stop.
  process.stderr.on('error', () => undefined);
  const report = (error: unknown): Told => {
    const all = tell(error, command);
    // Before anything is written: the reader may be gone, and that ends us.
    process.exitCode = all.exitCode;
    for (const line of all.lines) complain(line);
    return all;
  };
  // A runtime would print what an error holds, secrets included.
  process.on('uncaughtException', (error) => process.exit(report(error).exitCode));

  const program = createProgram(process.env, held).hook('preAction', (_, called) => {
    command = wordsOf(called);
  });
  try {
    await program.parseAsync(process.argv);
  } catch (error) {
    const { json } = report(error);
    if (json !== undefined && wantsJson(process.argv)) await print(`${formatJson(json)}\n`);
    // A shell that runs several commands stops only when it sees that this one died of the signal.
    if (error instanceof InterruptedError) process.kill(process.pid, error.signal);
  }
}
