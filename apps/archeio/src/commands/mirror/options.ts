import type { Shard } from '@archeio/mirror-plan';
import type { ConfigurationFlags } from '../../configuration/load-configuration.ts';

/** What every `archeio mirror` command can be told. */
export interface MirrorOptions extends ConfigurationFlags {
  readonly json?: boolean;
}

export interface ShardedOptions extends MirrorOptions {
  readonly shard: Shard;
  /** Read manifests that are already mirrored, too. */
  readonly all?: boolean;
}
