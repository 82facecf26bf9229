import type { Environment } from '../configuration/environment.ts';
import type { KnownRanges } from '../ranges/known-ranges.ts';
import { loadRanges } from '../ranges/load-ranges.ts';
import { shippedRangesBytes } from '../shipped.ts';
import { effectiveConfiguration } from './effective-configuration.ts';

/** Says on standard error what is wrong with a file, in one line. */
export const WARNINGS = {
  warn(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    const { problem } = fields;
    process.stderr.write(
      `archeio: ${typeof problem === 'string' ? problem : `${event} ${JSON.stringify(fields)}`}\n`,
    );
  },
};

/** The ranges that `serve` starts with: what ships, and what is newer in the directory. */
export function loadedRanges(
  environment: Environment,
  options: { readonly directory?: string },
): KnownRanges {
  const directory = options.directory ?? effectiveConfiguration(environment).ranges.directory;
  return loadRanges(directory, shippedRangesBytes(), WARNINGS);
}
