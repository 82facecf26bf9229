import type { Command } from 'commander';
import type { Environment } from '@archeio/configuration';

/** Help of --directory, which all `ranges` commands have. */
const DIRECTORY = 'directory of the fetched lists (default: ranges.directory of the configuration)';

const LOOKUP_EXAMPLES = `
Examples:
  archeio ranges lookup 35.180.1.1 2600:1900:4280::1
  cut -d' ' -f1 access.log | archeio ranges lookup --json -
`;

const STATUS_EXAMPLES = `
Examples:
  archeio ranges status
  archeio ranges status --json | jq -r '.sources[] | [.cloud, .asOf] | @tsv'
`;

const UPDATE_EXAMPLES = `
Examples:
  archeio ranges update
  archeio ranges update --only AWS,GCP --directory ./ranges
  archeio ranges update --only Azure --accept-loss

A list is refused, and the last good one kept, if it is empty or malformed, or if it lost a larger share of
its addresses than ranges.atMostLost. Exit codes: 0 all lists are up to date, 1 at least one is not.
`;

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
      (await import('./lookup.ts')).lookup(environment, addresses, command.optsWithGlobals()),
    );
  ranges
    .command('status')
    .description('show the source, age and size of each list of ranges')
    .option('--directory <path>', DIRECTORY)
    .option('--json', 'print one JSON object')
    .addHelpText('after', STATUS_EXAMPLES)
    .action(async (_: unknown, command: Command) =>
      (await import('./status.ts')).status(environment, command.optsWithGlobals()),
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
      (await import('./update.ts')).update(environment, command.optsWithGlobals()),
    );
}
