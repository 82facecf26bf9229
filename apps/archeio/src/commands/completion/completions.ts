import type { Command, Option } from 'commander';

/** A word that can come next. */
interface Candidate {
  readonly word: string;
  readonly description: string;
}

/** What can come next; `files` if the name of any file can. */
export type Completions = readonly Candidate[] | 'files';

function optionsOf(command: Command): readonly Option[] {
  const help = command.createHelp();
  return [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

function choices({ argChoices }: { readonly argChoices?: readonly string[] }): Completions {
  return argChoices?.map((word) => ({ word, description: '' })) ?? 'files';
}

function startingWith(typed: string, completions: Completions): Completions {
  return completions === 'files'
    ? completions
    : completions.filter(({ word }) => word.startsWith(typed));
}

/** Where the words before the one being typed lead. */
interface Position {
  readonly command: Command;
  /** The option whose value comes next. */
  readonly waiting: Option | undefined;
  /** Number of arguments so far that are not commands. */
  readonly given: number;
}

function follow(program: Command, words: readonly string[]): Position {
  let command = program;
  let waiting: Option | undefined;
  let given = 0;
  for (const word of words) {
    if (waiting !== undefined) waiting = undefined;
    else if (word.startsWith('-'))
      waiting = optionsOf(command).find(
        (option) => takesValue(option) && (word === option.long || word === option.short),
      );
    else {
      const next = command.commands.find((each) => each.name() === word);
      if (next === undefined) given++;
      else command = next;
    }
  }
  return { command, waiting, given };
}

/** The values of an option that is written as `--option=value`; undefined if it has none. */
function assigned(command: Command, typed: string): Completions | undefined {
  const equals = typed.indexOf('=');
  const flag = typed.slice(0, Math.max(equals, 0));
  const option = optionsOf(command).find(({ long }) => long === flag);
  if (option === undefined || !takesValue(option)) return undefined;
  const values = choices(option);
  if (values === 'files') return values;
  return values.map(({ word, ...rest }) => ({ word: `${flag}=${word}`, ...rest }));
}

function all({ command, waiting, given }: Position, typed: string): Completions {
  if (waiting !== undefined) return choices(waiting);
  if (typed.startsWith('-'))
    return (
      assigned(command, typed) ??
      optionsOf(command).map(({ long, description }) => ({ word: long ?? '', description }))
    );
  const below = command.createHelp().visibleCommands(command);
  if (below.length > 0)
    return below.map((each) => ({ word: each.name(), description: each.description() }));
  const argument = command.registeredArguments[given];
  return argument === undefined ? [] : choices(argument);
}

/**
 * What can come next on a command line.
 *
 * @param words all words after the program's name; the last one, which may be empty, is being typed
 */
export function completionsOf(program: Command, words: readonly string[]): Completions {
  const typed = words.at(-1) ?? '';
  return startingWith(typed, all(follow(program, words.slice(0, -1)), typed));
}
