import type { Command } from 'commander';
import { wordsOf } from '../../apps/archeio/src/commands/described-command.ts';
import { createProgram } from '../../apps/archeio/src/commands/program.ts';
import { ERRORS } from '../../apps/archeio/src/platform/errors.ts';
import { noSignalsHeld } from '../../apps/archeio/src/platform/held-signals.ts';
import { markdownTable } from '../markdown-table.ts';

/** Width of the help texts, in characters. */
const COLUMNS = 100;

/** A command and its subcommands, in the order of --help, without `help`. */
function* withCommandsBelow(command: Command): Generator<Command> {
  yield command;
  for (const each of command.commands) if (each.name() !== 'help') yield* withCommandsBelow(each);
}

/** The output of `--help`, without the options common to all commands. */
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => COLUMNS });
  command.configureHelp({ showGlobalOptions: false });
  command.outputHelp();
  return text.trim();
}

/** The codes of errors, or the help of each command under a heading. */
export function commandReference(what: string): string {
  if (what === 'errors')
    return markdownTable(
      ['code', 'exit code', 'meaning'],
      Object.entries(ERRORS).map(([code, [exit, meaning]]) => [`\`${code}\``, `${exit}`, meaning]),
    );
  return [...withCommandsBelow(createProgram({}, noSignalsHeld()))]
    .map((command) => `## ${wordsOf(command)}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\``)
    .join('\n\n');
}
