import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseShard, type Shard, WHOLE } from '@archeio/mirror-plan/shard';
import type { Environment } from '@archeio/configuration';
import { tryParseDuration } from '@archeio/configuration/command-line';
import type { GcOptions } from './gc.ts';
import type { InventoryOptions } from './inventory.ts';
import type { VerifyCommandOptions } from './verify.ts';
import type { MirrorOptions, ShardedOptions } from './options.ts';
import { printReport, type Report } from './print-report.ts';

function shardOption(text: string): Shard {
  try {
    return parseShard(text);
  } catch {
    throw new InvalidArgumentError('expected number/count, from 1/count to count/count');
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

/** Runs a command and returns its report. */
type Run<Options extends MirrorOptions> = (
  environment: Environment,
  options: Options,
) => Promise<Report>;

/** Adds `archeio mirror …` to the command line. */
export function addMirrorCommands(program: Command, environment: Environment): void {
  const mirror = program
    .command('mirror')
    .description('copy blobs to stores, verify them and delete garbage')
    .addHelpText('after', AFTER_HELP);
  /** @param load imports the command when it runs, so that other commands do not load its dependencies */
  const add = <Options extends MirrorOptions>(
    name: string,
    description: string,
    options: readonly Option[],
    load: () => Promise<Run<Options>>,
  ): void => {
    const command = mirror
      .command(name)
      .description(description)
      .option('--json', 'print one JSON object')
      .action(async (_: unknown, called: Command) => {
        const told = called.optsWithGlobals<Options>();
        const run = await load();
        await printReport(told.json === true, () => run(environment, told));
      });
    for (const option of options) command.addOption(option);
  };

  add<ShardedOptions>(
    'plan',
    'show what sync would copy, without copying anything',
    [shard(), all()],
    async () => (await import('./plan.ts')).mirrorPlan,
  );
  add<ShardedOptions>(
    'sync',
    'copy what is missing; safe to interrupt and run again',
    [shard(), all()],
    async () => (await import('./sync.ts')).mirrorSync,
  );
  add<VerifyCommandOptions>(
    'verify',
    'read stored blobs and report those that are corrupt or missing',
    [
      new Option('--share <share>', 'verify a random share of the blobs, such as 10%')
        .argParser(shareOption)
        .default(1, 'all'),
      new Option('--since <date>', 'verify only blobs written since this date, such as 2026-11-01')
        .argParser(dateOption)
        .default(0, 'all'),
      new Option('--repair', 'copy corrupt or missing blobs again'),
    ],
    async () => (await import('./verify.ts')).mirrorVerify,
  );
  add<GcOptions>(
    'gc',
    'list blobs that no manifest of the source needs any more, and delete them with --delete',
    [
      new Option(
        '--older-than <duration>',
        'only blobs that no manifest has needed for this long, such as 14d',
      )
        .argParser(ageOption)
        .makeOptionMandatory(),
      new Option('--delete', 'delete the blobs'),
      new Option('--at-most <share>', 'abort if more than this share of all blobs would be deleted')
        .argParser(shareOption)
        .default(0.1, '10%'),
      new Option(
        '--adopt-records',
        'treat records of earlier versions, which name no source, as records of this source',
      ),
    ],
    async () => (await import('./gc.ts')).mirrorGc,
  );
  add<InventoryOptions>(
    'inventory',
    'list a destination and write an inventory of its blobs for serve',
    [
      new Option('--destination <name>', 'destination to list (default: the only one)'),
      new Option('--out <file>', 'file to write (default: archeio/inventory in the destination)'),
    ],
    async () => (await import('./inventory.ts')).mirrorInventory,
  );
}

/** Options of plan and sync; created for each, because an option belongs to one command. */
function shard(): Option {
  return new Option(
    '--shard <number/count>',
    "copy only one worker's share of the blobs, such as 3/16",
  )
    .argParser(shardOption)
    .default(WHOLE, 'all blobs');
}

function all(): Option {
  const what = 'also read manifests that are already mirrored, to find referrers that came later';
  return new Option('--all', what);
}
