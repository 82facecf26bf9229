import { deployment, REGIONS } from '../model/deployment.ts';
import { Fleet } from '../model/fleet.ts';
import { HOUR, MINUTE, type Settings } from '../model/settings.ts';
import { type Counts, sum, type Tally } from '../model/tally.ts';
import type { Release } from '../model/traffic.ts';
import { rounded, type Summary, summarize } from './summary.ts';

/** The region that grows. */
export const GROWING = 'us-east4';

/** Lengths of the parts of a timeline, in minutes, in order. */
export interface Parts {
  /** From a cold start of the whole fleet until all instances have been replaced once. */
  readonly warmUp: number;
  readonly steady: number;
  /** From a release on. */
  readonly release: number;
  /** From the moment at which one region doubles its instances. */
  readonly scaleUp: number;
  /** From the moment at which all instances are replaced within a minute. */
  readonly redeploy: number;
}

export const PARTS: Parts = { warmUp: 390, steady: 60, release: 90, scaleUp: 30, redeploy: 60 };

export const RELEASE: Omit<Release, 'at'> = { blobs: 1500, share: 0.2, ramp: 30 * MINUTE };

/** HEADs a second, and requests a second that avoidably go to the upstream, minute by minute. */
export interface Series {
  readonly heads: readonly number[];
  readonly avoidable: readonly number[];
}

/** What happens to one variant. */
export interface Timeline {
  readonly sharing: Settings['sharing'];
  readonly inventory: boolean;
  readonly coldStart: Series;
  readonly steady: Summary;
  readonly regions: readonly { readonly region: string; readonly steady: Summary }[];
  readonly release: Series;
  readonly scaleUp: Series;
  readonly redeploy: Series;
  /** The most entries of one instance, and what was evicted. */
  readonly mostEntries: number;
  readonly evictions: number;
  /** Entries of the largest shared memory, and of all together. */
  readonly largestShared: number;
  readonly allShared: number;
  readonly inventoryBytes: number;
  /** All requests of the run, in the whole fleet. */
  readonly requests: number;
}

/** What remains of a run: its fleet would keep gigabytes in memory. */
interface Ran {
  readonly tally: Tally;
  readonly memory: ReturnType<Fleet['memory']>;
  readonly shared: readonly number[];
  readonly inventoryBytes: number;
}

async function run(settings: Settings, parts: Parts): Promise<Ran> {
  const fleet = new Fleet(settings, deployment());
  const lengths = [parts.warmUp, parts.steady, parts.release, parts.scaleUp, parts.redeploy];
  const ends = lengths.map((_, at) => lengths.slice(0, at + 1).reduce((all, one) => all + one));
  const [warm, steady, released, grown, redeployed] = ends.map((minutes) => minutes * MINUTE);
  await fleet.run(warm);
  await fleet.run(steady);
  fleet.release({ ...RELEASE, at: steady });
  await fleet.run(released);
  if (settings.region === undefined || settings.region === GROWING)
    fleet.grow(REGIONS.indexOf(GROWING), settings.instances);
  await fleet.run(grown);
  fleet.redeploy(MINUTE);
  await fleet.run(redeployed);
  await fleet.finish();
  return {
    tally: fleet.tally,
    memory: fleet.memory(),
    shared: fleet.sharedEntries(),
    inventoryBytes: fleet.inventoryBytes,
  };
}

/** Regions that share nothing with each other take turns; otherwise all run at once. */
async function runAll(settings: Settings, parts: Parts): Promise<readonly Ran[]> {
  if (settings.sharing === 'global') return [await run(settings, parts)];
  const all: Ran[] = [];
  for (const region of REGIONS) all.push(await run({ ...settings, region }, parts));
  return all;
}

export async function timeline(settings: Settings, parts: Parts): Promise<Timeline> {
  const all = await runAll(settings, parts);
  const length = Object.values(parts).reduce((sum, minutes) => sum + minutes, 0);
  const each = Array.from({ length }, (_, minute) => minute);
  const minutes = each.map((at) => sum(all.map(({ tally }) => tally.minutes(at, at + 1))));
  const ofRegion = (region: number, from: number, to: number): Counts =>
    sum(all.map(({ tally }) => tally.ofRegion(region, from, to)));
  const growing = each.map((at) => ofRegion(REGIONS.indexOf(GROWING), at, at + 1));
  const steadyFrom = parts.warmUp;
  const releaseFrom = steadyFrom + parts.steady;
  const scaleUpFrom = releaseFrom + parts.release;
  const redeployFrom = scaleUpFrom + parts.scaleUp;
  const seconds = parts.steady * 60;
  const memories = all.map(({ memory }) => memory);
  const shared = all.flatMap(({ shared }) => shared);
  return {
    sharing: settings.sharing,
    inventory: settings.inventory,
    coldStart: series(minutes, 0, Math.min(60, parts.warmUp)),
    steady: summarize(sum(minutes.slice(steadyFrom, releaseFrom)), seconds),
    regions: REGIONS.map((region, at) => ({
      region,
      steady: summarize(ofRegion(at, steadyFrom, releaseFrom), seconds),
    })),
    release: series(minutes, releaseFrom, scaleUpFrom),
    scaleUp: series(growing, scaleUpFrom, redeployFrom),
    redeploy: series(minutes, redeployFrom, redeployFrom + parts.redeploy),
    mostEntries: Math.max(...memories.map(({ mostEntries }) => mostEntries)),
    evictions: memories.reduce((total, { evictions }) => total + evictions, 0),
    largestShared: Math.max(0, ...shared),
    allShared: shared.reduce((total, entries) => total + entries, 0),
    inventoryBytes: all[0].inventoryBytes,
    requests: sum(minutes).requests,
  };
}

function series(minutes: readonly Counts[], from: number, to: number): Series {
  const window = minutes.slice(from, to);
  return {
    heads: window.map(({ heads }) => rounded(heads / 60)),
    avoidable: window.map(({ avoidable }) => rounded(avoidable / 60)),
  };
}

/** One region at its own rate: the mean of some hours after the warm-up. */
export async function oneRegion(
  settings: Settings,
  warmUp: number,
  steady: number,
): Promise<Summary> {
  const fleet = new Fleet(settings, deployment());
  await fleet.run(warmUp + steady);
  await fleet.finish();
  const [from, to] = [warmUp / MINUTE, (warmUp + steady) / MINUTE];
  return summarize(fleet.tally.minutes(from, to), steady / 1000);
}

/** HEADs a second of one region, hour by hour from a cold start on. */
export async function hourly(settings: Settings, hours: number): Promise<readonly number[]> {
  const fleet = new Fleet(settings, deployment());
  await fleet.run(hours * HOUR);
  return Array.from({ length: hours }, (_, hour) =>
    rounded(fleet.tally.minutes(60 * hour, 60 * (hour + 1)).heads / 3600),
  );
}
