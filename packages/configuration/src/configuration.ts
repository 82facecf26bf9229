import type { z } from 'zod';
import { uncorrelated } from './check-correlation.ts';
import { loops } from './check-loops.ts';
import { unreadKeys } from './check-mirror-keys.ts';
import { repeatedNames, sameRequests, takenNames } from './check-names.ts';
import { sharedPrefixes } from './check-networks.ts';
import { type PublishedPlace, unknownPlaces } from './check-places.ts';
import { refusedServers } from './check-remote.ts';
import { senseless } from './check-sense.ts';
import { deepFreeze, type DeepReadonly } from './deep-freeze.ts';
import { type FileBase, makeFilesAbsolute, refusedFiles, relativeFiles } from './file-names.ts';
import { locate } from './finding.ts';
import { Marks } from './marks.ts';
import { ConfigurationError, type Problem } from './problem.ts';
import { schemaFindings } from './schema-findings.ts';
import { configurationSchema, mirrorConfigurationSchema } from './schema.ts';
import { validParts } from './valid-parts.ts';

export { ConfigurationError } from './problem.ts';

/** A whole configuration: checked, with defaults filled in, durations in milliseconds, frozen. */
export type Configuration = DeepReadonly<z.output<typeof configurationSchema>>;

/** A configuration before it is checked, as a file has it. */
export type ConfigurationSource = z.input<typeof configurationSchema>;

/** A configuration for `archeio mirror`: the keys that only `serve` needs are optional. */
export type MirrorOnlyConfiguration = DeepReadonly<z.output<typeof mirrorConfigurationSchema>>;

/** A valid configuration, and warnings about it. */
export interface Checked<T> {
  readonly configuration: T;
  readonly warnings: readonly Problem[];
}

export type CheckedConfiguration = Checked<Configuration>;

/**
 * Checks a configuration as a whole.
 *
 * @param marks origin of each part, for the positions of problems
 * @param places known clouds and regions; without them, regions are not checked
 * @param base directory that file names are relative to; without it they stay unchanged
 * @throws ConfigurationError with every problem at once, warnings among them
 */
export function checkConfiguration(
  source: unknown,
  marks: Marks,
  places: readonly PublishedPlace[],
  base?: FileBase,
): CheckedConfiguration {
  return check(configurationSchema, source, marks, places, base);
}

/**
 * Checks a configuration for `archeio mirror`, which does not require the keys of `serve`.
 *
 * @throws ConfigurationError with every problem at once, warnings among them
 */
export function checkMirrorConfiguration(
  source: unknown,
  marks: Marks,
  base: FileBase,
  places: readonly PublishedPlace[] = [],
): Checked<MirrorOnlyConfiguration> {
  return check(mirrorConfigurationSchema, source, marks, places, base);
}

function check<T>(
  schema: z.ZodType<T>,
  source: unknown,
  marks: Marks,
  places: readonly PublishedPlace[],
  base: FileBase | undefined,
): Checked<T> {
  const parsed = schema.safeParse(source);
  const parts = validParts(source);
  const problems = [
    ...schemaFindings(parsed.error?.issues ?? [], source),
    ...repeatedNames(source),
    ...takenNames(source),
    ...sameRequests(parts),
    ...loops(parts),
    ...sharedPrefixes(parts),
    ...unknownPlaces(parts, places),
    ...senseless(parts),
    ...(base === undefined
      ? []
      : [
          ...relativeFiles(source, base),
          ...refusedFiles(source, base),
          ...refusedServers(source, base),
        ]),
    ...uncorrelated(parts),
    ...unreadKeys(parts),
  ].map((finding) => locate(finding, source, marks));
  if (!parsed.success || problems.some(({ severity }) => severity === 'error'))
    throw new ConfigurationError(inOrder(problems));
  if (base !== undefined) makeFilesAbsolute(parsed.data, base);
  return { configuration: deepFreeze(parsed.data), warnings: inOrder(problems) };
}

function inOrder(problems: readonly Problem[]): Problem[] {
  return problems.toSorted(
    (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
}

/**
 * Checks a configuration built in memory.
 *
 * @throws ConfigurationError with every problem at once
 */
export function parseConfiguration(source: unknown): Configuration {
  return checkConfiguration(source, new Marks(), []).configuration;
}
