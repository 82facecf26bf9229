import { type CoverageChange, CLOUDS, providersAt } from '@archeio/clouds';
import type { Clock } from '@archeio/presence';
import type { Configuration, Environment } from '@archeio/configuration';
import { loadRanges } from '../../supervisor/ranges/load-ranges.ts';
import { RangesDirectory } from '../../supervisor/ranges/ranges-directory.ts';
import {
  FETCH_MAX_BYTES,
  FETCH_PAUSES,
  FETCH_TIMEOUT,
} from '../../supervisor/ranges/ranges-refresher.ts';
import { refreshAll } from '../../supervisor/ranges/refresh-all.ts';
import type { RefreshOutcome } from '../../supervisor/ranges/refresh-list.ts';
import { failureReason } from '@archeio/plain-errors';
import { formatJson, print } from '../../platform/print.ts';
import { shippedRangesBytes } from '../../configuration/shipped.ts';
import { ArcheioError } from '../../platform/errors.ts';
import { type RangesOptions, rangesSettings, WARNINGS } from './loaded-ranges.ts';

export interface UpdateOptions extends RangesOptions {
  readonly only?: string;
  readonly acceptLoss?: boolean;
}

/** Unlike the server's, these timers keep the process alive between two attempts. */
const KEEPING_CLOCK: Clock = {
  now: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};

function readOnly(only: string | undefined): readonly string[] {
  if (only === undefined) return CLOUDS;
  return only.split(',').map((name) => {
    const cloud = CLOUDS.find((each) => each.toLowerCase() === name.trim().toLowerCase());
    if (cloud !== undefined) return cloud;
    throw new ArcheioError(
      'usage',
      `cannot read cloud ${JSON.stringify(name)}: expected one or more of ${CLOUDS.join(', ')}`,
    );
  });
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

function describeChange(family: string, change: CoverageChange | null): string {
  return change === null
    ? ''
    : `; ${family} addresses: ${percent(change.lost)} lost, ${percent(change.gained)} gained`;
}

function describe({ cloud, result, error, before, after, ipv4, ipv6 }: RefreshOutcome): string {
  if (error !== null) return `${cloud}: ${result}: ${error}`;
  if (result === 'changed') {
    return `${cloud}: ${before} → ${after} prefixes${describeChange('IPv4', ipv4)}${describeChange('IPv6', ipv6)}`;
  }
  const why = result === 'older' ? 'the list in use is newer than the fetched one' : 'unchanged';
  return `${cloud}: ${why}, ${before} prefixes`;
}

/**
 * Fetches and stores the lists, and prints the result of each.
 *
 * @throws ArcheioError if a list could not be fetched or saved
 */
export async function updateRanges(
  {
    directory,
    atMostLost,
    sources,
  }: Pick<Configuration['ranges'], 'directory' | 'atMostLost' | 'sources'>,
  { only, acceptLoss, json }: UpdateOptions,
  write: (line: string) => void,
  pauses: readonly number[] = FETCH_PAUSES,
): Promise<void> {
  const clouds = readOnly(only);
  const failed: string[] = [];
  const done = await refreshAll({
    known: loadRanges(directory, shippedRangesBytes(), { warn: () => undefined }),
    providers: providersAt(sources).filter(({ cloud }) => clouds.includes(cloud)),
    directory: new RangesDirectory(directory),
    atMostLost: acceptLoss === true ? 1 : atMostLost,
    wallClock: Date.now,
    log: WARNINGS,
    patience: {
      clock: KEEPING_CLOCK,
      random: Math.random,
      timeout: FETCH_TIMEOUT,
      maxBytes: FETCH_MAX_BYTES,
      pauses,
    },
    onUnwritable: (error) => {
      const reason = failureReason(error);
      throw new ArcheioError(
        'failed',
        `cannot store ranges in ${JSON.stringify(directory)}: ${reason}; choose another directory with --directory`,
      );
    },
    onOutcome: (outcome) => {
      if (outcome.error !== null) failed.push(outcome.cloud);
      write(`${json === true ? formatJson(outcome) : describe(outcome)}\n`);
    },
  });
  if (!done) {
    throw new ArcheioError(
      'failed',
      `cannot update the ranges in ${JSON.stringify(directory)}: another process is updating them; try again in a minute`,
    );
  }
  if (failed.length > 0) {
    throw new ArcheioError(
      'incomplete',
      `no new list of ${failed.join(', ')}; the last good one stays in use`,
      { printed: 'json' },
    );
  }
}

/** `archeio ranges update`: fetches the providers' lists. */
export async function update(environment: Environment, options: UpdateOptions): Promise<void> {
  const settings = await rangesSettings(environment, options);
  await updateRanges(settings, options, (line) => void print(line));
}
