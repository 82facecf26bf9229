import { DEFAULTS, HOUR, type Settings } from '../model/settings.ts';
import { sweep, SWEEPS, STUDIED, type Swept } from './sensitivity.ts';
import { hourly, PARTS, type Parts, timeline, type Timeline } from './timeline.ts';

/** What the plots and tables of docs/scale.md are made from. */
export interface Results {
  readonly seed: number;
  readonly quick: boolean;
  readonly parts: Parts;
  readonly variants: readonly Timeline[];
  /** One region, hour by hour for two days. */
  readonly days: {
    readonly region: string;
    readonly none: readonly number[];
    readonly shared: readonly number[];
  };
  readonly sweeps: readonly Swept[];
}

/** The combinations that are compared. */
export const VARIANTS = [
  { sharing: 'none', inventory: false },
  { sharing: 'none', inventory: true },
  { sharing: 'region', inventory: false },
  { sharing: 'region', inventory: true },
  { sharing: 'global', inventory: false },
] as const;

/** A run that takes seconds: its fleet is small and its day is short, so its numbers mean nothing. */
export const QUICK: Settings = {
  ...DEFAULTS,
  requestsPerSecond: 40,
  blobs: 5000,
  missingBlobs: 500,
  instances: 3,
  lifetime: HOUR / 6,
  entries: 5000,
};
const QUICK_PARTS: Parts = { warmUp: 12, steady: 5, release: 50, scaleUp: 3, redeploy: 5 };

/** @param progress is told what has been done */
export async function study(
  seed: number,
  quick: boolean,
  progress: (done: string) => void,
): Promise<Results> {
  const base: Settings = { ...(quick ? QUICK : DEFAULTS), seed };
  const parts = quick ? QUICK_PARTS : PARTS;
  const variants: Timeline[] = [];
  for (const variant of VARIANTS) {
    variants.push(await timeline({ ...base, ...variant }, parts));
    progress(`shared memory: ${variant.sharing}, inventories: ${variant.inventory ? 'yes' : 'no'}`);
  }
  const one: Settings = { ...base, region: STUDIED };
  const hours = quick ? 2 : 50;
  const days = {
    region: STUDIED,
    none: await hourly(one, hours),
    shared: await hourly({ ...one, sharing: 'region' }, hours),
  };
  progress(`${hours} hours of ${STUDIED}`);
  const sweeps: Swept[] = [];
  for (const each of quick ? [] : SWEEPS) {
    sweeps.push(await sweep(base, each));
    progress(`sensitivity: ${each.name}`);
  }
  return { seed, quick, parts, variants, days, sweeps };
}
