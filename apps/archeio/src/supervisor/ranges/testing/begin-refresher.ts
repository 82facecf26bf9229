import { CloudRanges, compileRanges, CLOUDS } from '@archeio/clouds';
import { parseAddr } from '@archeio/netip';
import { MONOTONIC_CLOCK } from '@archeio/presence';
import { createLog } from '../../../platform/log.ts';
import { loadRanges } from '../load-ranges.ts';
import { RangesRefresher, type RangesRefresherOptions } from '../ranges-refresher.ts';

/** Current time in tests of the refresher, milliseconds since 1970. */
export const NOW = Date.parse('2026-11-24T12:00:00Z');

/** The refresher of a server that has started, with its changes and log events. */
export interface BegunRefresher {
  readonly refresher: RangesRefresher;
  readonly changes: readonly CloudRanges[];
  readonly events: readonly { readonly event: string }[];
  cloudOf(text: string): string | undefined;
  errorOf(cloud: string): string | null | undefined;
}

/** Settings with every cloud at one server, so that no test sends requests to a real provider. */
export function settingsAt(
  origin: string,
  directory: string,
  refreshEvery: number | 'never' = 'never',
): RangesRefresherOptions['settings'] {
  const sources = Object.fromEntries(CLOUDS.map((cloud) => [cloud, `${origin}/${cloud}`]));
  return { refreshEvery, directory, atMostLost: 0.2, sources };
}

/** Starts a refresher with the lists in the directory and the shipped ones, by default none. */
export function beginRefresher(
  settings: RangesRefresherOptions['settings'],
  options: Partial<RangesRefresherOptions> = {},
  shipped: Uint8Array = compileRanges([]),
): BegunRefresher {
  const events: { event: string }[] = [];
  const changes: CloudRanges[] = [];
  const log = createLog('debug', (line) => events.push(JSON.parse(line)), Date.now);
  const known = loadRanges(settings.directory, shipped, log);
  const refresher = new RangesRefresher({
    known,
    settings,
    clouds: CLOUDS,
    clock: MONOTONIC_CLOCK,
    wallClock: () => NOW,
    random: () => 0.5,
    log,
    onChange: (bytes) => changes.push(CloudRanges.decode(bytes)),
    timeout: 5000,
    pauses: [],
    ...options,
  });
  return {
    refresher,
    changes,
    events,
    cloudOf: (text) => known.ranges.lookup(parseAddr(text))?.cloud,
    errorOf: (cloud) => refresher.status().find((each) => each.cloud === cloud)?.lastError,
  };
}
