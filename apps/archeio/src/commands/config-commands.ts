import type { Command } from 'commander';
import type { Environment } from '../configuration/environment.ts';
import type { CheckOptions } from './config-check.ts';
import type { PrintOptions } from './config-print.ts';

const FILE = 'YAML or JSON; - is standard input; the configuration in force if left out';

/** `archeio config …`. */
export function addConfigCommands(program: Command, environment: Environment): void {
  const config = program.command('config').description('the configuration');
  config
    .command('check')
    .description('say everything that is wrong with a configuration')
    .argument('[file]', FILE)
    .option('--online', 'reach every backend once, and say what was seen')
    .option('--strict', 'let warnings fail as well')
    .option('--json', 'print one JSON object')
    .action(async (file: string | undefined, _: unknown, command: Command) =>
      (await import('./config-check.ts')).check(
        environment,
        file,
        command.optsWithGlobals<CheckOptions>(),
      ),
    );
  config
    .command('print')
    .description(
      'print the whole configuration, defaults included, and where each value comes from',
    )
    .argument('[file]', FILE)
    .option('--json', 'print JSON: each value as { value, from }')
    .action(async (file: string | undefined, _: unknown, command: Command) =>
      (await import('./config-print.ts')).print(
        environment,
        file,
        command.optsWithGlobals<PrintOptions>(),
      ),
    );
  config
    .command('schema')
    .description('print the JSON Schema of configurations, for editors')
    .action(async () => (await import('./config-schema.ts')).schema());
}
