import { type Command, InvalidArgumentError } from 'commander';
import { parseShard, type Shard, WHOLE } from '@archeio/mirror';
import type { Environment } from '../configuration/environment.ts';
import { tryParseDuration } from '../configuration/duration.ts';
import type { ConfigurationFlags } from '../configuration/load-configuration.ts';
import type { GcOptions } from './mirror-gc.ts';
import type { InventoryOptions } from './mirror-inventory.ts';
import type { VerifyCommandOptions } from './mirror-verify.ts';

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
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
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

const ALL = 'read what was mirrored before again, and ask for referrers that came later';

const DAY = 24 * 60 * 60 * 1000;

/** Milliseconds of a duration, which may be in days as well. */
function ageOption(text: string): number {
  const [, days] = /^(\d{1,5})d$/.exec(text) ?? [];
  const age = days === undefined ? tryParseDuration(text) : Number(days) * DAY;
  if (age === undefined) throw new InvalidArgumentError('expected a duration, such as 72h or 14d');
  return age;
}

function dateOption(text: string): number {
  const date = Date.parse(text);
  if (Number.isNaN(date))
    throw new InvalidArgumentError('expected a date, such as 2026-11-01 or 2026-11-01T12:00Z');
  return date;
}

/** Adds `archeio mirror …` to the command line. */
export function addMirrorCommands(program: Command, environment: Environment): void {
  const mirror = program
    .command('mirror')
    .description('fill the stores with copies, keep them true and keep them small');
  const command = (name: string, description: string): Command =>
    mirror.command(name).description(description).option('--json', 'print one JSON object');

  command('plan', 'say what sync would copy, and copy nothing')
    .option(
      '--shard <number/count>',
      "one worker's share of the blobs, such as 3/16",
      shardOption,
      WHOLE,
    )
    .option('--all', ALL)
    .action(async (_: unknown, command: Command) =>
      (await import('./mirror-plan.ts')).mirrorPlan(
        environment,
        command.optsWithGlobals<ShardedOptions>(),
      ),
    );
  command('sync', 'copy what is missing; can be interrupted and run again at any time')
    .option(
      '--shard <number/count>',
      "one worker's share of the blobs, such as 3/16",
      shardOption,
      WHOLE,
    )
    .option('--all', ALL)
    .action(async (_: unknown, command: Command) =>
      (await import('./mirror-sync.ts')).mirrorSync(
        environment,
        command.optsWithGlobals<ShardedOptions>(),
      ),
    );
  command('verify', 'read stored blobs again; tell which are corrupt or missing')
    .option('--share <share>', 'how many of them, chosen by chance, such as 10%', shareOption, 1)
    .option('--since <date>', 'only those that were written since then', dateOption, 0)
    .option('--repair', 'copy again what is corrupt or missing')
    .action(async (_: unknown, command: Command) =>
      (await import('./mirror-verify.ts')).mirrorVerify(
        environment,
        command.optsWithGlobals<VerifyCommandOptions>(),
      ),
    );
  command('gc', 'find blobs that no manifest of the source needs any more; deletes nothing')
    .requiredOption(
      '--older-than <duration>',
      'how long none must have needed them, such as 14d',
      ageOption,
    )
    .option('--delete', 'delete them')
    .option('--at-most <share>', 'refuse to delete a larger share of all blobs', shareOption, 0.1)
    .action(async (_: unknown, command: Command) =>
      (await import('./mirror-gc.ts')).mirrorGc(environment, command.optsWithGlobals<GcOptions>()),
    );
  command('inventory', 'list a destination, and write what it has as a filter that serve can use')
    .option('--destination <name>', 'the destination; may be left out where there is one')
    .option('--out <file>', 'a file, instead of archeio/inventory in the destination')
    .action(async (_: unknown, command: Command) =>
      (await import('./mirror-inventory.ts')).mirrorInventory(
        environment,
        command.optsWithGlobals<InventoryOptions>(),
      ),
    );
}
