import { wordsOf } from './commands/described-command.ts';
import { createProgram } from './commands/program.ts';
import { errorCode, failureReason } from '@archeio/plain-errors';
import { type ArcheioError, archeioErrorOf } from './platform/errors.ts';
import type { HeldSignals } from './platform/held-signals.ts';
import { complain, formatJson, print } from './platform/print.ts';

/** A user's mistake gets one line per problem; only internal errors have a stack. */
function linesOf({ code, message, cause, details }: ArcheioError, command: string): string[] {
  if (details.printed === 'all') return [];
  if (code === 'usage') return [`${message} (see "${details.command ?? command} --help")`];
  if (code !== 'internal') return message.split('\n');
  const stack = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return [`${message}\n${stack}`];
}

/** Whether `--json` is given, even if the command line cannot be parsed. */
function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end < 0 ? args.length : end).includes('--json');
}

/** The command whose output is a log. */
const SERVE = 'archeio serve';

/** Runs the command and sets the exit code. @param held signals that have arrived since the start */
export async function runCommandLine(held: HeldSignals): Promise<void> {
  let command = 'archeio';
  // The reader closed stdout (EPIPE): exit quietly. `serve` continues without its log and drops lines.
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
  const report = (cause: unknown): ArcheioError => {
    const error = archeioErrorOf(cause);
    // Before writing anything: if the reader of the output is gone, writing ends the process.
    process.exitCode = error.exitCode;
    for (const line of linesOf(error, command)) complain(line);
    return error;
  };
  // A runtime would print all properties of an error, secrets included.
  process.on('uncaughtException', (error) => process.exit(report(error).exitCode));

  const program = createProgram(process.env, held).hook('preAction', (_, called) => {
    command = wordsOf(called);
  });
  try {
    await program.parseAsync(process.argv);
  } catch (cause) {
    const error = report(cause);
    const { printed, signal, json } = error.details;
    if (printed === undefined && wantsJson(process.argv)) {
      const [message] = error.code === 'usage' ? linesOf(error, command) : [error.message];
      await print(`${formatJson({ error: message, code: error.code, ...json })}\n`);
    }
    // A shell that runs several commands stops only if this one dies of the signal.
    if (signal !== undefined) process.kill(process.pid, signal);
  }
}
