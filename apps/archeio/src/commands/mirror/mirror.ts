import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseShard, parseShardIndex, type Shard, WHOLE } from '@archeio/mirror-plan/shard';
import type { Environment } from '@archeio/configuration';
import { tryParseDuration } from '@archeio/configuration/command-line';
import type { CommandOptions } from '../command-options.ts';
import { printReport, type Report } from './print-report.ts';

function shardOption(text: string): Shard {
  try {
    return parseShard(text);
  } catch {
    throw new InvalidArgumentError('expected number/count, from 1/count to count/count');
  }
}

function shardIndexOption(text: string): Shard {
  try {
    return parseShardIndex(text);
  } catch {
    throw new InvalidArgumentError('expected index/count, from 0/count on');
  }
}

/** A share such as `10%` or `0.1`, as a number from 0 to 1. */
function shareOption(text: string): number {
  const [, number = '', percent = ''] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const share = Number(number) / (percent === '%' ? 100 : 1);
  if (number === '' || share > 1)
    throw new InvalidArgumentError('expected a share, such as 10% or 0.1');
  return share;
}

const AFTER_HELP = `
The configuration's "mirror" section (--config or ARCHEIO_CONFIG) defines what is copied, from where and to where.
The first time, run "archeio mirror plan", then "archeio mirror sync".
`;

const DAY = 24 * 60 * 60 * 1000;

/** Parses a duration, also in days; milliseconds. */
function ageOption(text: string): number {
  const [, days] = /^(\d{1,5})d$/.exec(text) ?? [];
  const age = days === undefined ? tryParseDuration(text) : Number(days) * DAY;
  if (age === undefined) throw new InvalidArgumentError('expected a duration, such as 72h or 14d');
  return age;
}

/** `Date.parse` assumes different time zones for a date and a time without one, and accepts much that is not a date. */
const DATE = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;

function dateOption(text: string): number {
  const date = DATE.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(date))
    throw new InvalidArgumentError('expected a date, such as 2026-11-01 or 2026-11-01T12:00Z');
  return date;
}

type Run<Options> = (environment: Environment, options: Options) => Promise<Report>;

/** Options of plan and sync; created for each, because an option belongs to one command. */
function addShardOptions(command: Command): void {
  command
    .addOption(
      new Option(
        '--shard <number/count>',
        "copy only one worker's share of the blobs, such as 3/16",
      )
        .argParser(shardOption)
        .default(WHOLE, 'all blobs'),
    )
    .addOption(
      new Option(
        '--shard-index <index/count>',
        'the same, counted from 0, such as 2/16: the index of a Kubernetes Job',
      )
        .argParser(shardIndexOption)
        .conflicts('shard'),
    )
    .option(
      '--all',
      'also read manifests that are already mirrored, to find referrers that came later',
    );
}

/** Adds `archeio mirror …` to the command line. */
export function addMirrorCommands(program: Command, environment: Environment): void {
  const mirror = program
    .command('mirror')
    .description('copy blobs to stores, verify them and delete garbage')
    .addHelpText('after', AFTER_HELP);
  /** @param load imports the command when it runs, so that other commands do not load its dependencies */
  const add = <Options extends CommandOptions>(
    name: string,
    description: string,
    load: () => Promise<Run<Options>>,
  ): Command =>
    mirror
      .command(name)
      .description(description)
      .option('--json', 'print one JSON object')
      .action(async (_: unknown, called: Command) => {
        const options = called.optsWithGlobals<Options>();
        const run = await load();
        await printReport(options.json === true, () => run(environment, options));
      });

  addShardOptions(
    add(
      'plan',
      'show what sync would copy, without copying anything',
      async () => (await import('./plan.ts')).mirrorPlan,
    ),
  );
  addShardOptions(
    add(
      'sync',
      'copy what is missing; safe to interrupt and run again',
      async () => (await import('./sync.ts')).mirrorSync,
    ),
  );
  add(
    'verify',
    'read stored blobs and report those that are corrupt or missing',
    async () => (await import('./verify.ts')).mirrorVerify,
  )
    .addOption(
      new Option('--share <share>', 'verify a random share of the blobs, such as 10%')
        .argParser(shareOption)
        .default(1, 'all'),
    )
    .addOption(
      new Option('--since <date>', 'verify only blobs written since this date, such as 2026-11-01')
        .argParser(dateOption)
        .default(0, 'all'),
    )
    .option('--repair', 'copy corrupt or missing blobs again');
  add(
    'gc',
    'list blobs that no manifest of the source needs any more, and delete them with --delete',
    async () => (await import('./gc.ts')).mirrorGc,
  )
    .requiredOption(
      '--older-than <duration>',
      'only blobs that no manifest has needed for this long, such as 14d',
      ageOption,
    )
    .option('--delete', 'delete the blobs')
    .addOption(
      new Option('--at-most <share>', 'abort if more than this share of all blobs would be deleted')
        .argParser(shareOption)
        .default(0.1, '10%'),
    )
    .option(
      '--adopt-records',
      'treat records of earlier versions, which name no source, as records of this source',
    );
  add(
    'inventory',
    'list a destination and write an inventory of its blobs for serve',
    async () => (await import('./inventory.ts')).mirrorInventory,
  )
    .option('--destination <name>', 'destination to list (default: the only one)')
    .option('--out <file>', 'file to write (default: archeio/inventory in the destination)');
}
