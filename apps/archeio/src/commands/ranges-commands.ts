import type { Command } from 'commander';
import { lookup, type LookupOptions } from './ranges-lookup.ts';
import { status, type StatusOptions } from './ranges-status.ts';

/** `archeio ranges …`. */
export function addRangesCommands(program: Command): void {
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
    .option('--json', 'print one JSON object a line')
    .action((addresses: string[], options: LookupOptions) => lookup(addresses, options));
  ranges
    .command('status')
    .description('show where the ranges come from, how old and how many they are')
    .option('--json', 'print one JSON object')
    .action((options: StatusOptions) => status(options));
}
