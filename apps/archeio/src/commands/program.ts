import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { addConfigCommands } from './config/config.ts';
import type { Environment } from '@archeio/configuration';
import { parsePort } from '@archeio/configuration/command-line';
import { describeBuild, runningBuild } from '../platform/build.ts';
import { type HeldSignals, releaseSignals } from '../platform/held-signals.ts';
import type { Shell } from './completion/completion-script.ts';
import { DescribedCommand, wordsOf } from './described-command.ts';
import { environmentHelp } from './environment-help.ts';
import { addMirrorCommands } from './mirror/mirror.ts';
import { addRangesCommands } from './ranges/ranges.ts';

const HOSTS_HELP = `
The configuration does not name every host: an upstream may redirect clients to storage of its own
and send them to another host for a token, and the AWS SDK may ask for credentials elsewhere.`;

const COMPLETION_HELP = `
Load it in the start-up file of your shell:
  bash, ~/.bashrc:                   source <(archeio completion bash)
  zsh, ~/.zshrc, after compinit:     source <(archeio completion zsh)
  fish, ~/.config/fish/config.fish:  archeio completion fish | source`;

/** Refuses anything but a port; the configuration parses it again, like PORT. */
function portOption(value: string): string {
  try {
    parsePort(value);
  } catch {
    throw new InvalidArgumentError('expected a number from 0 to 65535');
  }
  return value;
}

/**
 * The command line. It throws usage errors as ArcheioError. It loads a command when it runs, so that `serve` does not
 * load the mirror's dependencies. Every command except `serve` restores the default action of the held signals.
 */
export function createProgram(environment: Environment, held: HeldSignals): DescribedCommand {
  const program = new DescribedCommand('archeio');
  program
    .description(
      'One name in front of a container image registry, each pull served from the nearest and cheapest copy.',
    )
    .version(
      describeBuild(runningBuild(environment)),
      '-V, --version',
      'print version, revision and runtime',
    )
    .addOption(
      new Option('--runtime <name>', 'JavaScript runtime (default: bun if installed)').choices([
        'bun',
        'node',
      ]),
    )
    .option(
      '--config <file>',
      'configuration: a file, an https URL, or - for standard input (default: the built-in preset)',
    )
    .addHelpText('after', `\nExit codes: 0 success, 1 failure, 2 usage error.`)
    .hook('preAction', async (_, command) => {
      if (command.name() !== 'serve') await releaseSignals(held, process);
    });

  program
    .command('serve')
    .description('answer the OCI registry API with redirects, until SIGTERM or SIGINT')
    .option('--port <number>', 'port to listen on; 0 picks a free one', portOption)
    .action(async (_: unknown, command: Command) =>
      (await import('./serve.ts')).serve(environment, command.optsWithGlobals(), held),
    );

  program
    .command('explain')
    .description('show how serve would answer a request, and why')
    .argument('<path>', 'request target, such as /v2/pause/manifests/3.9')
    .requiredOption('--ip <address>', "client's IP address")
    .addOption(new Option('--method <method>', 'request method').default('GET'))
    .option('--host <host>', 'Host header to assume, if registries are selected by host')
    .option('--no-check', 'do not ask stores for the blob or read their inventories')
    .option('--json', 'print one JSON object')
    .action(async (path: string, _: unknown, command: Command) =>
      (await import('./explain.ts')).explain(environment, path, command.optsWithGlobals()),
    );

  program
    .command('compare')
    .description('show which recorded requests would go elsewhere under another configuration')
    .option(
      '--old <file>',
      'configuration that served the requests (default: the one that serve would use)',
    )
    .requiredOption('--new <file>', 'configuration to compare it with')
    .requiredOption(
      '--events <file>',
      'recorded decisions or a summary of them, one JSON object a line; - for standard input',
    )
    .option('--json', 'print one JSON object')
    .action(async (_: unknown, command: Command) =>
      (await import('./compare/compare.ts')).compare(environment, command.optsWithGlobals()),
    );

  program
    .command('hosts')
    .description(
      'print every host that clients, serve and the mirror connect to, for an allow-list',
    )
    .addOption(
      new Option('--for <who>', 'print only the hosts that this party connects to').choices([
        'clients',
        'server',
        'mirror',
      ]),
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', HOSTS_HELP)
    .action(async (_: unknown, command: Command) =>
      (await import('./hosts/hosts.ts')).hosts(environment, command.optsWithGlobals()),
    );

  program
    .command('demo')
    .description(
      'show a registry, two stores, Archeio and clients at work on this machine, while a store fails and recovers',
    )
    .option(
      '--once',
      'end after one failure and recovery; exit code 1 if a pull failed, or traffic did not move and come back',
    )
    .option('--json', 'print one JSON object at the end, and everything else on standard error')
    .action(async (_: unknown, command: Command) =>
      (await import('./demo.ts')).demo(environment, command.optsWithGlobals()),
    );

  addConfigCommands(program, environment);
  addRangesCommands(program, environment);
  addMirrorCommands(program, environment);
  program
    .command('completion')
    .description('print a script that makes your shell complete commands and options')
    .addArgument(new Argument('<shell>', 'your shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', COMPLETION_HELP)
    .action(async (shell: Shell) => (await import('./completion/completion.ts')).completion(shell));
  program
    .command('complete', { hidden: true })
    .description('what the script of completion calls')
    .argument('[words...]')
    .action(async (words: readonly string[]) =>
      (await import('./completion/completion.ts')).complete(program, words),
    );
  program.answerHelp();
  for (const command of leavesOf(program)) {
    const help = environmentHelp(wordsOf(command).replace(/^archeio /, ''));
    if (help !== '') command.addHelpText('after', help);
  }
  return program;
}

/** All commands with an action, at any depth. */
function leavesOf(command: Command): readonly Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);
}
