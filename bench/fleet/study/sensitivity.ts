import { HOUR, MINUTE, type Settings } from '../model/settings.ts';
import type { Summary } from './summary.ts';
import { oneRegion } from './timeline.ts';

/** The region in which one assumption at a time is changed. */
export const STUDIED = 'asia-northeast1';

/** One assumption, and values to try instead of the default. */
interface Sweep {
  readonly name: string;
  readonly unit: string;
  readonly values: readonly number[];
  readonly apply: (value: number) => Partial<Settings>;
  /** What it is compared with: the same with a shared memory, or with inventories. */
  readonly against: Partial<Settings> | undefined;
}

const SHARED = { sharing: 'region' } as const;

export const SWEEPS: readonly Sweep[] = [
  {
    name: 'exponent',
    unit: 'Zipf exponent of the popularity of blobs',
    values: [0.7, 0.85, 1, 1.15, 1.3],
    apply: (exponent) => ({ exponent }),
    against: SHARED,
  },
  {
    name: 'blobs',
    unit: 'blobs in the stores',
    values: [100_000, 300_000, 1_000_000],
    apply: (blobs) => ({ blobs }),
    against: SHARED,
  },
  {
    name: 'requestsPerSecond',
    unit: 'requests for blobs a second, whole fleet',
    values: [125, 250, 500, 1000],
    apply: (requestsPerSecond) => ({ requestsPerSecond }),
    against: SHARED,
  },
  {
    name: 'lifetime',
    unit: 'life of an instance, hours',
    values: [0.25, 1, 3, 6, 24],
    apply: (hours) => ({ lifetime: hours * HOUR }),
    against: SHARED,
  },
  {
    name: 'instances',
    unit: 'instances of the region',
    values: [1, 2, 5, 10, 20],
    apply: (instances) => ({ instances }),
    against: SHARED,
  },
  {
    name: 'entries',
    unit: 'presence.entries of an instance',
    values: [1000, 3000, 10_000, 30_000],
    apply: (entries) => ({ entries }),
    against: SHARED,
  },
  {
    name: 'absent',
    unit: 'share of requests for blobs that no store has',
    values: [0, 0.01, 0.03, 0.1],
    // As in the defaults, one in three of them is asked for once.
    apply: (share) => ({ missingShare: (share * 2) / 3, onceShare: share / 3 }),
    against: { inventory: true },
  },
];

export interface Point {
  readonly value: number;
  readonly alone: Summary;
  readonly against?: Summary;
}

export interface Swept {
  readonly name: string;
  readonly unit: string;
  readonly points: readonly Point[];
}

/** Runs long enough for every instance to have been replaced once. */
export async function sweep(
  base: Settings,
  { name, unit, values, apply, against }: Sweep,
): Promise<Swept> {
  const points: Point[] = [];
  for (const value of values) {
    const settings = { ...base, region: STUDIED, ...apply(value) };
    const warmUp = Math.max(settings.lifetime, base.lifetime) + 30 * MINUTE;
    // A few instances do not have all ages in one hour.
    const steady = settings.instances < base.instances ? base.lifetime : HOUR;
    const alone = await oneRegion(settings, warmUp, steady);
    points.push(
      against === undefined
        ? { value, alone }
        : { value, alone, against: await oneRegion({ ...settings, ...against }, warmUp, steady) },
    );
  }
  return { name, unit, points };
}
