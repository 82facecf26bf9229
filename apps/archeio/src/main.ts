import { wordsOf } from './commands/described-command.ts';
import { createProgram } from './commands/program.ts';
import { errorCode, failureReason } from '@archeio/plain-errors';
import { type ArcheioError, archeioErrorOf } from './platform/errors.ts';
import type { HeldSignals } from './platform/held-signals.ts';
import { complain, formatJson, print } from './platform/print.ts';

/** A user's mistake is one line a problem; only a mistake of ours has a stack. */
function linesOf({ code, message, cause, details }: ArcheioError, command: string): string[] {
  if (details.printed === 'all') return [];
  if (code === 'usage') return [`${message} (see "${details.command ?? command} --help")`];
  if (code !== 'internal') return message.split('\n');
  const stack = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return [`${message}\n${stack}`];
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
  const report = (cause: unknown): ArcheioError => {
    const error = archeioErrorOf(cause);
    // Before anything is written: the reader may be gone, and that ends us.
    process.exitCode = error.exitCode;
    for (const line of linesOf(error, command)) complain(line);
    return error;
  };
  // A runtime would print what an error holds, secrets included.
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
    // A shell that runs several commands stops only when it sees that this one died of the signal.
    if (signal !== undefined) process.kill(process.pid, signal);
  }
}
