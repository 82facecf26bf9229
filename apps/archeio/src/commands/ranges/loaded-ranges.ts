import type { Configuration, Environment } from '@archeio/configuration';
import {
  type ConfigurationFlags,
  loadMirrorConfiguration,
} from '../../configuration/load-configuration.ts';
import type { KnownRanges } from '../../supervisor/ranges/known-ranges.ts';
import { complain, formatJson } from '../../platform/print.ts';
import { loadRanges } from '../../supervisor/ranges/load-ranges.ts';
import { shippedRangesBytes } from '../../configuration/shipped.ts';

/** Reports problems with files on standard error, one per line. */
export const WARNINGS = {
  warn(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    const { problem } = fields;
    complain(typeof problem === 'string' ? problem : `${event} ${formatJson(fields)}`);
  },
};

/** Options that override the configuration. */
export interface RangesFlags extends ConfigurationFlags {
  readonly directory?: string;
}

/** `ranges` of the configuration, with the directory of the command line. */
export async function rangesSettings(
  environment: Environment,
  flags: RangesFlags,
): Promise<Configuration['ranges']> {
  // A file with only `mirror` may have `ranges` too.
  const { configuration } = await loadMirrorConfiguration(environment, flags);
  const { ranges } = configuration;
  return { ...ranges, directory: flags.directory ?? ranges.directory };
}

/** The ranges that `serve` starts with: the shipped ones, or newer ones from the directory. */
export async function loadedRanges(
  environment: Environment,
  flags: RangesFlags,
): Promise<KnownRanges> {
  const { directory } = await rangesSettings(environment, flags);
  return loadRanges(directory, shippedRangesBytes(), WARNINGS);
}
