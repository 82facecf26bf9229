import type { Results } from '../study/results.ts';
import type { Timeline } from '../study/timeline.ts';
import type { Colour } from './document.ts';

type Variant = Pick<Timeline, 'sharing' | 'inventory'>;

/** How a variant is named and drawn. */
export interface Look extends Variant {
  readonly colour: Colour;
  readonly label: string;
}

export const ALONE: Look = {
  sharing: 'none',
  inventory: false,
  colour: 'alone',
  label: 'each on its own',
};
export const INVENTORIES: Look = {
  sharing: 'none',
  inventory: true,
  colour: 'inventory',
  label: 'inventories',
};
export const ONE_REDIS: Look = {
  sharing: 'global',
  inventory: false,
  colour: 'global',
  label: 'one Redis for all',
};
export const REDIS: Look = {
  sharing: 'region',
  inventory: false,
  colour: 'shared',
  label: 'a Redis a region',
};
export const BOTH: Look = {
  sharing: 'region',
  inventory: true,
  colour: 'both',
  label: 'Redis and inventories',
};

export const LOOKS: readonly Look[] = [ALONE, INVENTORIES, ONE_REDIS, REDIS, BOTH];

export function variantOf({ variants }: Results, { sharing, inventory }: Variant): Timeline {
  return variants.find((each) => each.sharing === sharing && each.inventory === inventory)!;
}
