import type { Configuration, Environment } from '@archeio/configuration';
import {
  type ConfigurationFlags,
  loadMirrorConfiguration,
} from '../../configuration/load-configuration.ts';
import type { KnownRanges } from '../../supervisor/ranges/known-ranges.ts';
import { complain, formatJson } from '../../platform/print.ts';
import { loadRanges } from '../../supervisor/ranges/load-ranges.ts';
import { shippedRangesBytes } from '../../configuration/shipped.ts';

/** Says on standard error what is wrong with a file, in one line. */
export const WARNINGS = {
  warn(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    const { problem } = fields;
    complain(typeof problem === 'string' ? problem : `${event} ${formatJson(fields)}`);
  },
};

/** What the options say beside the configuration. */
export interface RangesFlags extends ConfigurationFlags {
  readonly directory?: string;
}

/** `ranges` of the configuration in force, with the directory that the command line names. */
export async function rangesSettings(
  environment: Environment,
  flags: RangesFlags,
): Promise<Configuration['ranges']> {
  // A file of the mirror alone says where ranges are as well as any.
  const { configuration } = await loadMirrorConfiguration(environment, flags);
  const { ranges } = configuration;
  return { ...ranges, directory: flags.directory ?? ranges.directory };
}

/** The ranges that `serve` starts with: what ships, and what is newer in the directory. */
export async function loadedRanges(
  environment: Environment,
  flags: RangesFlags,
): Promise<KnownRanges> {
  const { directory } = await rangesSettings(environment, flags);
  return loadRanges(directory, shippedRangesBytes(), WARNINGS);
}
