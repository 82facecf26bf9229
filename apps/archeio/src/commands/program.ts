import { type Command, InvalidArgumentError, Option } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { addConfigCommands } from './config-commands.ts';
import { type Environment, parsePort } from '../configuration/environment.ts';
import type { ConfigurationFlags } from '../configuration/load-configuration.ts';
import { type HeldSignals, releaseSignals } from '../held-signals.ts';
import type { ExplainOptions } from './explain.ts';
import { DescribedCommand, wordsOf } from './described-command.ts';
import { environmentHelp } from './environment-help.ts';
import { addMirrorCommands } from './mirror.ts';
import { addRangesCommands } from './ranges-commands.ts';

/** Refuses what is no port; the configuration reads it once more, as PORT. */
function portOption(value: string): string {
  try {
    parsePort(value);
  } catch {
    throw new InvalidArgumentError('expected a number from 0 to 65535');
  }
  return value;
}

/**
 * The command line, as it is described in each --help. Mistakes of use are thrown as CommandLineError. A command is loaded
 * when it is called: `serve` does not carry what the mirror needs. Every command but `serve` dies of the signals that
 * were held for it.
 */
export function createProgram(environment: Environment, held: HeldSignals): DescribedCommand {
  const program = new DescribedCommand('archeio');
  program
    .description(
      'One name in front of a container image registry, each pull served from the nearest and cheapest copy.',
    )
    .version(manifest.version, '-V, --version')
    .option('--runtime <name>', 'run on bun or node; bun, where it is there')
    .option('--config <file>', 'the configuration: a file, - or an https URL; the built-in preset')
    .addHelpText('after', `\nExit codes: 0 done, 1 failed, 2 wrong use.`)
    .hook('preAction', async (_, command) => {
      if (command.name() !== 'serve') await releaseSignals(held, process);
    });

  program
    .command('serve')
    .description('answer the OCI registry API with redirects, until SIGTERM or SIGINT')
    .option('--port <number>', 'the port to listen on; 0 takes any that is free', portOption)
    .action(async (_: unknown, command: Command) =>
      (await import('./serve.ts')).serve(
        environment,
        command.optsWithGlobals<ConfigurationFlags>(),
        held,
      ),
    );

  program
    .command('explain')
    .description('say what serve would answer to a request, and why')
    .argument('<path>', 'the request target, such as /v2/pause/manifests/3.9')
    .requiredOption('--ip <address>', "the client's address")
    .addOption(new Option('--method <method>', 'the request method').default('GET'))
    .option('--host <host>', 'the host that is asked, where registries are told apart by it')
    .option(
      '--no-check',
      'do not ask the stores whether they have the blob, nor read their inventories',
    )
    .option('--json', 'print one JSON object')
    .action(async (path: string, _: unknown, command: Command) =>
      (await import('./explain.ts')).explain(
        environment,
        path,
        command.optsWithGlobals<ExplainOptions>(),
      ),
    );

  addConfigCommands(program, environment);
  addRangesCommands(program, environment);
  addMirrorCommands(program, environment);
  program.answerHelp();
  for (const command of leavesOf(program)) {
    const help = environmentHelp(wordsOf(command).replace(/^archeio /, ''));
    if (help !== '') command.addHelpText('after', help);
  }
  return program;
}

/** The commands that do something, in any depth. */
function leavesOf(command: Command): readonly Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);
}
