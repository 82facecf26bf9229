import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseShard, type Shard, WHOLE } from '@archeio/mirror';
import type { Environment } from '../configuration/environment.ts';
import { tryParseDuration } from '../configuration/duration.ts';
import type { ConfigurationFlags } from '../configuration/load-configuration.ts';
import type { GcOptions } from './mirror-gc.ts';
import type { InventoryOptions } from './mirror-inventory.ts';
import type { VerifyCommandOptions } from './mirror-verify.ts';
import { printReport, type Report } from './print-report.ts';

/** What every `archeio mirror` command can be told. */
export interface MirrorOptions extends ConfigurationFlags {
  readonly json?: boolean;
}

export interface ShardedOptions extends MirrorOptions {
  readonly shard: Shard;
  /** Whether manifests are read again that were mirrored before. */
  readonly all?: boolean;
}

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
What is copied, from where to where, says the key "mirror" of the configuration (--config, or ARCHEIO_CONFIG).
A first time: archeio mirror plan, then archeio mirror sync.
`;

const DAY = 24 * 60 * 60 * 1000;

/** Milliseconds of a duration, which may be in days as well. */
function ageOption(text: string): number {
  const [, days] = /^(\d{1,5})d$/.exec(text) ?? [];
  const age = days === undefined ? tryParseDuration(text) : Number(days) * DAY;
  if (age === undefined) throw new InvalidArgumentError('expected a duration, such as 72h or 14d');
  return age;
}

/** Without a time zone, `Date.parse` means another one for a date than for a time, and it takes much that is no date. */
const DATE = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;

function dateOption(text: string): number {
  const date = DATE.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(date))
    throw new InvalidArgumentError('expected a date, such as 2026-11-01 or 2026-11-01T12:00Z');
  return date;
}

/** A command's way from the environment and its options to what it has to say. */
type Run<Options extends MirrorOptions> = (
  environment: Environment,
  options: Options,
) => Promise<Report>;

/** Adds `archeio mirror …` to the command line. */
export function addMirrorCommands(program: Command, environment: Environment): void {
  const mirror = program
    .command('mirror')
    .description('fill the stores with copies, keep them true and keep them small')
    .addHelpText('after', AFTER_HELP);
  /** @param load is called when the command is: nothing else carries what it needs */
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
    'say what sync would copy, and copy nothing',
    [shard(), all()],
    async () => (await import('./mirror-plan.ts')).mirrorPlan,
  );
  add<ShardedOptions>(
    'sync',
    'copy what is missing; can be interrupted and run again at any time',
    [shard(), all()],
    async () => (await import('./mirror-sync.ts')).mirrorSync,
  );
  add<VerifyCommandOptions>(
    'verify',
    'read stored blobs again; tell which are corrupt or missing',
    [
      new Option('--share <share>', 'how many of them, chosen by chance, such as 10%')
        .argParser(shareOption)
        .default(1, 'all'),
      new Option('--since <date>', 'only those that were written since then, such as 2026-11-01')
        .argParser(dateOption)
        .default(0, 'all'),
      new Option('--repair', 'copy again what is corrupt or missing'),
    ],
    async () => (await import('./mirror-verify.ts')).mirrorVerify,
  );
  add<GcOptions>(
    'gc',
    'find, and with --delete delete, blobs that no manifest of the source needs any more',
    [
      new Option('--older-than <duration>', 'how long none must have needed them, such as 14d')
        .argParser(ageOption)
        .makeOptionMandatory(),
      new Option('--delete', 'delete them'),
      new Option('--at-most <share>', 'refuse to delete a larger share of all blobs')
        .argParser(shareOption)
        .default(0.1, '10%'),
      new Option(
        '--adopt-records',
        'take records of earlier versions, which do not name their source, for those of this source',
      ),
    ],
    async () => (await import('./mirror-gc.ts')).mirrorGc,
  );
  add<InventoryOptions>(
    'inventory',
    'list a destination, and write what it has as a filter that serve can use',
    [
      new Option('--destination <name>', 'the destination; may be left out where there is one'),
      new Option('--out <file>', 'a file, instead of archeio/inventory in the destination'),
    ],
    async () => (await import('./mirror-inventory.ts')).mirrorInventory,
  );
}

/** The options of plan and sync, made anew for each: an option belongs to one command. */
function shard(): Option {
  return new Option('--shard <number/count>', "one worker's share of the blobs, such as 3/16")
    .argParser(shardOption)
    .default(WHOLE, 'all blobs');
}

function all(): Option {
  const what = 'read what was mirrored before again, and ask for referrers that came later';
  return new Option('--all', what);
}
