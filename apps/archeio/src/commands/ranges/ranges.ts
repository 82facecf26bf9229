import type { Command } from 'commander';
import type { Environment } from '@archeio/configuration';
import { DIRECTORY, LOOKUP_EXAMPLES, STATUS_EXAMPLES, UPDATE_EXAMPLES } from './examples.ts';
import type { LookupOptions } from './lookup.ts';
import type { StatusOptions } from './status.ts';
import type { UpdateOptions } from './update.ts';

/** `archeio ranges …`. */
export function addRangesCommands(program: Command, environment: Environment): void {
  const ranges = program
    .command('ranges')
    .description("look up or update the cloud providers' published address ranges");
  ranges
    .command('lookup')
    .description('print the cloud and region of each address')
    .argument(
      '<address...>',
      'IPv4 or IPv6 addresses; - reads them from standard input, one per line',
    )
    .option('--directory <path>', DIRECTORY)
    .option('--json', 'print one JSON object per line')
    .addHelpText('after', LOOKUP_EXAMPLES)
    .action(async (addresses: string[], _: unknown, command: Command) =>
      (await import('./lookup.ts')).lookup(
        environment,
        addresses,
        command.optsWithGlobals<LookupOptions>(),
      ),
    );
  ranges
    .command('status')
    .description('show the source, age and size of each list of ranges')
    .option('--directory <path>', DIRECTORY)
    .option('--json', 'print one JSON object')
    .addHelpText('after', STATUS_EXAMPLES)
    .action(async (_: unknown, command: Command) =>
      (await import('./status.ts')).status(environment, command.optsWithGlobals<StatusOptions>()),
    );
  ranges
    .command('update')
    .description("fetch the providers' lists now and store them for serve")
    .option('--directory <path>', DIRECTORY)
    .option('--only <clouds>', 'fetch only these clouds, such as AWS,GCP')
    .option('--accept-loss', 'accept a list however many addresses it lost')
    .option('--json', 'print one JSON object per line, one for each cloud')
    .addHelpText('after', UPDATE_EXAMPLES)
    .action(async (_: unknown, command: Command) =>
      (await import('./update.ts')).update(environment, command.optsWithGlobals<UpdateOptions>()),
    );
}
