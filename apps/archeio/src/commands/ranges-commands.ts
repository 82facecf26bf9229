import type { Command } from 'commander';
import type { Environment } from '../configuration/environment.ts';
import { DIRECTORY, LOOKUP_EXAMPLES, STATUS_EXAMPLES, UPDATE_EXAMPLES } from './ranges-examples.ts';
import type { LookupOptions } from './ranges-lookup.ts';
import type { StatusOptions } from './ranges-status.ts';
import type { UpdateOptions } from './ranges-update.ts';

/** `archeio ranges …`. */
export function addRangesCommands(program: Command, environment: Environment): void {
  const ranges = program
    .command('ranges')
    .description("the cloud providers' published address ranges");
  ranges
    .command('lookup')
    .description('find the cloud and region of addresses')
    .argument(
      '<address...>',
      'IPv4 or IPv6 addresses; - reads them from standard input, one a line',
    )
    .option('--directory <path>', DIRECTORY)
    .option('--json', 'print one JSON object a line')
    .addHelpText('after', LOOKUP_EXAMPLES)
    .action(async (addresses: string[], _: unknown, command: Command) =>
      (await import('./ranges-lookup.ts')).lookup(
        environment,
        addresses,
        command.optsWithGlobals<LookupOptions>(),
      ),
    );
  ranges
    .command('status')
    .description('show where the ranges come from, how old and how many they are')
    .option('--directory <path>', DIRECTORY)
    .option('--json', 'print one JSON object')
    .addHelpText('after', STATUS_EXAMPLES)
    .action(async (_: unknown, command: Command) =>
      (await import('./ranges-status.ts')).status(
        environment,
        command.optsWithGlobals<StatusOptions>(),
      ),
    );
  ranges
    .command('update')
    .description("fetch the providers' lists and keep them in the directory, for serve to use")
    .option('--directory <path>', DIRECTORY)
    .option('--only <clouds>', 'these clouds alone, such as AWS,GCP')
    .option('--accept-loss', 'take a list however many addresses it lacks')
    .option('--json', 'print one JSON object a cloud and line')
    .addHelpText('after', UPDATE_EXAMPLES)
    .action(async (_: unknown, command: Command) =>
      (await import('./ranges-update.ts')).update(
        environment,
        command.optsWithGlobals<UpdateOptions>(),
      ),
    );
}
