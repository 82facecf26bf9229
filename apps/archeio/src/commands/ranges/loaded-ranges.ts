import type { Configuration, Environment } from '@archeio/configuration';
import { loadMirrorConfiguration } from '../../configuration/load-configuration.ts';
import type { KnownRanges } from '../../supervisor/ranges/known-ranges.ts';
import { complain, formatJson } from '../../platform/print.ts';
import { loadRanges } from '../../supervisor/ranges/load-ranges.ts';
import { shippedRangesBytes } from '../../configuration/shipped.ts';
import type { CommandOptions } from '../command-options.ts';

/** Reports problems with files on standard error, one per line. */
export const WARNINGS = {
  warn(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    const { problem } = fields;
    complain(typeof problem === 'string' ? problem : `${event} ${formatJson(fields)}`);
  },
};

/** Options of every `archeio ranges` command. */
export interface RangesOptions extends CommandOptions {
  /** Overrides `ranges.directory`. */
  readonly directory?: string;
}

/** `ranges` of the configuration, with the directory of the command line. */
export async function rangesSettings(
  environment: Environment,
  options: RangesOptions,
): Promise<Configuration['ranges']> {
  // A file with only `mirror` may have `ranges` too.
  const { configuration } = await loadMirrorConfiguration(environment, options);
  const { ranges } = configuration;
  return { ...ranges, directory: options.directory ?? ranges.directory };
}

/** The ranges that `serve` starts with: the shipped ones, or newer ones from the directory. */
export async function loadedRanges(
  environment: Environment,
  options: RangesOptions,
): Promise<KnownRanges> {
  const { directory } = await rangesSettings(environment, options);
  return loadRanges(directory, shippedRangesBytes(), WARNINGS);
}
