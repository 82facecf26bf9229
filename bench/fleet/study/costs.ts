import { DEFAULTS } from '../model/settings.ts';
import { FLEETS, HEADS, INVENTORY_GIB } from './prices.ts';
import { rounded } from './summary.ts';
import type { Timeline } from './timeline.ts';

const SECONDS_A_MONTH = 730 * 3600;
const REGIONS = 22;
const GIB = 2 ** 30;

/** An inventory is written every 20 minutes, so each read of the next 10 minutes finds a new one. */
const INVENTORIES_A_MONTH = SECONDS_A_MONTH / 1200;

/** Millions of HEADs a month, if every hour were like the steady one. */
export function millionHeads({ steady }: Timeline): number {
  return (steady.headsPerSecond * SECONDS_A_MONTH) / 1e6;
}

/** Dollars a month for HEADs, if all stores had one provider's price. */
export function headDollars(variant: Timeline): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(HEADS).map(([name, { usd }]) => [name, rounded(usd * millionHeads(variant))]),
  );
}

/** Dollars a month for HEADs as registry.k8s.io pays: buckets of S3, and CloudFront as the default store. */
export function presetDollars(variant: Timeline): number {
  const { headsToDefault } = variant.steady;
  const million =
    HEADS['Amazon S3'].usd * (1 - headsToDefault) + HEADS['CloudFront'].usd * headsToDefault;
  return rounded(million * millionHeads(variant));
}

/** GiB a month that all instances read as inventories, and what S3 charges for it. */
export function inventoryReading(
  { inventoryBytes }: Timeline,
  stores: number,
): { readonly gib: number; readonly usd: number } {
  const instances = REGIONS * DEFAULTS.instances;
  const gib = (inventoryBytes * stores * instances * INVENTORIES_A_MONTH) / GIB;
  return { gib: rounded(gib), usd: rounded(gib * INVENTORY_GIB) };
}

/** Dollars a month for instances that always run, and for a small Redis in each region. */
export function fleetDollars(): readonly {
  readonly cloud: string;
  readonly instances: number;
  readonly redis: number;
}[] {
  return Object.entries(FLEETS).map(([cloud, { instance, redis }]) => ({
    cloud,
    instances: rounded(instance.usd * REGIONS * DEFAULTS.instances),
    redis: rounded(redis.usd * REGIONS),
  }));
}
