import { type Command, InvalidArgumentError } from 'commander';
import { parseShard, type Shard, WHOLE } from '@archeio/mirror';
import type { Environment } from '../configuration/environment.ts';
import type { ConfigurationFlags } from '../configuration/load-configuration.ts';
import { type InventoryOptions, mirrorInventory } from './mirror-inventory.ts';
import { mirrorPlan } from './mirror-plan.ts';
import { mirrorSync } from './mirror-sync.ts';

/** What every `archeio mirror` command can be told. */
export interface MirrorOptions extends ConfigurationFlags {
  readonly json?: boolean;
}

export interface ShardedOptions extends MirrorOptions {
  readonly shard: Shard;
}

function shardOption(text: string): Shard {
  try {
    return parseShard(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
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
    .action((_: unknown, command: Command) =>
      mirrorPlan(environment, command.optsWithGlobals<ShardedOptions>()),
    );
  command('sync', 'copy what is missing; can be interrupted and run again at any time')
    .option(
      '--shard <number/count>',
      "one worker's share of the blobs, such as 3/16",
      shardOption,
      WHOLE,
    )
    .action((_: unknown, command: Command) =>
      mirrorSync(environment, command.optsWithGlobals<ShardedOptions>()),
    );
  command('inventory', 'list a destination, and write what it has as a filter that serve can use')
    .option('--destination <name>', 'the destination; may be left out where there is one')
    .option('--out <file>', 'a file, instead of archeio/inventory in the destination')
    .action((_: unknown, command: Command) =>
      mirrorInventory(environment, command.optsWithGlobals<InventoryOptions>()),
    );
}
