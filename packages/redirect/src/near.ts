import type { Place } from '@archeio/clouds';

/** Clients by location: a cloud, or some of its regions. */
export interface Near {
  readonly cloud: string;
  readonly regions?: readonly string[] | undefined;
}

/** How closely `near` matches a place: 2 by region, 1 by whole cloud, 0 not at all. */
export function nearness(place: Place | undefined, near: readonly Near[] | undefined): 0 | 1 | 2 {
  let most: 0 | 1 = 0;
  if (place === undefined || near === undefined) return most;
  for (const { cloud, regions } of near) {
    if (cloud !== place.cloud) continue;
    if (regions === undefined) most = 1;
    else if (regions.includes(place.region)) return 2;
  }
  return most;
}

/** The location of a backend near these clients: the first cloud and region; the region of a whole cloud is empty. */
export function locationOf(near: readonly Near[] | undefined): Place | undefined {
  return near?.[0] && { cloud: near[0].cloud, region: near[0].regions?.[0] ?? '' };
}
