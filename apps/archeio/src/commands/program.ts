import { Command, InvalidArgumentError, Option } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { addConfigCommands } from './config-commands.ts';
import { type Environment, parsePort } from '../configuration/environment.ts';
import type { ConfigurationFlags } from '../configuration/load-configuration.ts';
import { type HeldSignals, releaseSignals } from '../held-signals.ts';
import type { ExplainOptions } from './explain.ts';
import { addMirrorCommands } from './mirror.ts';
import { withoutSecrets } from '../without-secrets.ts';
import { addRangesCommands } from './ranges-commands.ts';

const ENVIRONMENT = `
Environment:
  ARCHEIO_CONFIG                the configuration, as --config
  PORT                          the port to listen on (8080)
  ADMIN_PORT                    the admin listener's port (9090)
  UPSTREAM_REGISTRY_ENDPOINT    the registry that has the manifests, as https://host; replaces the preset's
  UPSTREAM_REGISTRY_PATH        the path of the repositories in it; the signature upstream's as well
  SIGNATURE_UPSTREAM_ENDPOINT   a registry of its own for signatures and referrers
  DEFAULT_AWS_BASE_URL          the store for clients that no other store is near to
  LOG_LEVEL                     debug, info, warn or error (info)
`;

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
 * The command line, as it is described in each --help. Errors of use are thrown as CommanderError. A command is loaded
 * when it is called: `serve` does not carry what the mirror needs. Every command but `serve` dies of the signals that
 * were held for it.
 */
export function createProgram(environment: Environment, held: HeldSignals): Command {
  const program = new Command('archeio')
    .description(
      'One name in front of a container image registry, each pull served from the nearest and cheapest copy.',
    )
    .version(manifest.version, '-V, --version')
    .option('--runtime <name>', 'run on bun or node; bun, where it is there')
    .option('--config <file>', 'the configuration: a file, - or an https URL; the built-in preset')
    .configureOutput({
      writeErr: (text) => process.stderr.write(withoutSecrets(text)),
    })
    .showHelpAfterError('(archeio --help says what there is)')
    .addHelpText('after', `\nExit codes: 0 done, 1 failed, 2 wrong use.`)
    .hook('preAction', async (_, command) => {
      if (command.name() !== 'serve') await releaseSignals(held, process);
    });

  program
    .command('serve')
    .description('answer the OCI registry API with redirects, until SIGTERM or SIGINT')
    .option('--port <number>', 'the port to listen on; 0 takes any that is free', portOption)
    .addHelpText('after', ENVIRONMENT)
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
    .addHelpText('after', ENVIRONMENT)
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
  endByThrowing(program);
  return program;
}

/** Errors of use are thrown, by each command and those below it. */
function endByThrowing(command: Command): void {
  command.exitOverride().configureHelp({ showGlobalOptions: true });
  command.commands.forEach(endByThrowing);
}
