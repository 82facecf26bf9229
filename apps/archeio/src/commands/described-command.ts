import { Command, CommanderError, type HelpContext, type ParseOptions } from 'commander';
import { didYouMean } from '@archeio/configuration/command-line';
import { ArcheioError } from '../platform/errors.ts';

/** The full name of a command: `archeio mirror sync`. */
export function wordsOf(command: Command): string {
  const words: string[] = [];
  for (let at: Command | null = command; at !== null; at = at.parent) words.unshift(at.name());
  return words.join(' ');
}

/** Commander's message in the style of Archeio's own: `unknown option "--prot": did you mean "--port"?`. */
function inOurStyle(message: string): string {
  return message
    .replace(/^error: /, '')
    .replace(/\n\(Did you mean (?:one of )?(.*)\?\)$/, (_, names: string) => {
      const quoted = names.split(', ').map((name) => JSON.stringify(name));
      return `: did you mean ${quoted.join(' or ')}?`;
    })
    .replace(
      /^command-argument value ('.*') is invalid for argument '(.*)'\. /,
      'argument <$2> cannot be $1: ',
    )
    .replace(/ is invalid\. /, ' is invalid: ')
    .replace(/Allowed choices are (.*)\.$/, 'expected $1')
    .replace(/\. Expected (.*)\.$/, ': expected $1')
    .replaceAll(/'([^']*)'/g, '"$1"');
}

/**
 * A command that throws usage errors as {@link ArcheioError} instead of printing them. `help` shows the help of any
 * subcommand; `--help` of an unknown command is an error.
 */
export class DescribedCommand extends Command {
  constructor(name?: string) {
    super(name);
    this.configureHelp({ showGlobalOptions: true });
    this.configureOutput({ outputError: () => undefined });
    this.helpCommand(false);
    this.#throwErrors();
  }

  /** Replaces the error handler that Commander copies from the parent, which would name the wrong command. */
  override copyInheritedSettings(source: Command): this {
    super.copyInheritedSettings(source);
    this.#throwErrors();
    return this;
  }

  override createCommand(name?: string): DescribedCommand {
    return new DescribedCommand(name);
  }

  /** `--help` and `--version` end the parsing without an error. */
  override async parseAsync(argv?: readonly string[], options?: ParseOptions): Promise<this> {
    try {
      return await super.parseAsync(argv, options);
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error;
      return this;
    }
  }

  override outputHelp(context?: HelpContext): void;
  override outputHelp(change: (text: string) => string): void;
  override outputHelp(context?: HelpContext | ((text: string) => string)): void {
    const [name] = this.args;
    if (name !== undefined && !name.startsWith('-') && this.#isUnknown(name))
      throw unknownCommand(this, name);
    if (typeof context === 'function') super.outputHelp(context);
    else super.outputHelp(context);
  }

  /** Adds `help [command...]` here and to every group below. Call it after adding all commands. */
  answerHelp(): void {
    for (const command of this.commands)
      if (command instanceof DescribedCommand && command.commands.length > 0) command.answerHelp();
    this.command('help')
      .description('show the help of a command')
      .argument('[command...]', 'command, such as mirror sync')
      .action((names: readonly string[]) => commandBelow(this, names).outputHelp());
  }

  #throwErrors(): void {
    this.exitOverride((error) => {
      throw error.exitCode === 0 ? error : this.#errorOf(error);
    });
  }

  #isUnknown(name: string): boolean {
    return this.commands.length > 0 && !this.commands.some((each) => each.name() === name);
  }

  #errorOf({ code, message }: CommanderError): ArcheioError {
    const [name] = this.args;
    if (code === 'commander.unknownCommand' && name !== undefined)
      return unknownCommand(this, name);
    return new ArcheioError('usage', inOurStyle(message), {
      command: wordsOf(this),
      ...(code === 'commander.help' && { printed: 'all' }),
    });
  }
}

function commandBelow(command: Command, names: readonly string[]): Command {
  const [name, ...more] = names;
  if (name === undefined) return command;
  const next = command.commands.find((each) => each.name() === name);
  if (next === undefined) throw unknownCommand(command, name);
  return commandBelow(next, more);
}

function unknownCommand(command: Command, name: string): ArcheioError {
  const known = command
    .createHelp()
    .visibleCommands(command)
    .map((each) => each.name())
    .filter((each) => each !== 'help');
  const hint =
    didYouMean(name, known) || `: expected ${known.slice(0, -1).join(', ')} or ${known.at(-1)}`;
  return new ArcheioError('usage', `unknown command ${JSON.stringify(name)}${hint}`, {
    command: wordsOf(command),
  });
}
