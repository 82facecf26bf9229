import type { Shard } from '@archeio/mirror-plan';
import type { ConfigurationFlags } from '../../configuration/load-configuration.ts';

/** Options of every `archeio mirror` command. */
export interface MirrorOptions extends ConfigurationFlags {
  readonly json?: boolean;
}

export interface ShardedOptions extends MirrorOptions {
  readonly shard: Shard;
  /** Also read manifests that are already mirrored. */
  readonly all?: boolean;
}
