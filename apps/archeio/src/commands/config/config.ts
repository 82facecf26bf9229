import type { Command } from 'commander';
import type { Environment } from '@archeio/configuration';

const FILE =
  'YAML or JSON file, or - for standard input (default: the configuration that serve would use)';

/** `archeio config …`. */
export function addConfigCommands(program: Command, environment: Environment): void {
  const config = program
    .command('config')
    .description('check or print a configuration, or print its schema');
  config
    .command('check')
    .description('report every problem in a configuration, with line numbers')
    .argument('[file]', FILE)
    .option('--online', 'also contact every backend once and report what it answered')
    .option('--strict', 'treat warnings as errors')
    .option('--json', 'print one JSON object')
    .action(async (file: string | undefined, _: unknown, command: Command) =>
      (await import('./check.ts')).check(environment, file, command.optsWithGlobals()),
    );
  config
    .command('print')
    .description('print the complete configuration, with defaults and the origin of each value')
    .argument('[file]', FILE)
    .option('--json', 'print one JSON object, with each value as { value, from }')
    .action(async (file: string | undefined, _: unknown, command: Command) =>
      (await import('./print.ts')).print(environment, file, command.optsWithGlobals()),
    );
  config
    .command('schema')
    .description('print the JSON Schema of the configuration, for editors')
    .action(async () => (await import('./schema.ts')).schema());
}
