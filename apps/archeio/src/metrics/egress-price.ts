import type { Place } from '@archeio/clouds';
import type { Near } from '@archeio/redirect';

/** What of a configured backend says what it costs to be fetched from. */
export interface PricedBackend {
  readonly near?: readonly Near[] | undefined;
  readonly usdPerGiB?:
    | number
    | { readonly sameRegion: number; readonly sameCloud: number; readonly internet: number }
    | undefined;
}

/**
 * US dollars that a GiB costs which this backend sends to a client at `place` (undefined: an unknown network).
 *
 * A backend lies where its `near` says: the client is in its region if `near` names that region, or names a network
 * of one's own, which has none; in its cloud if `near` names the cloud at all. Everything else is the internet. A
 * backend without a price costs 0.
 */
export function egressPrice({ near, usdPerGiB }: PricedBackend, place: Place | undefined): number {
  if (usdPerGiB === undefined) return 0;
  if (typeof usdPerGiB === 'number') return usdPerGiB;
  const here = near?.filter(({ cloud }) => cloud === place?.cloud) ?? [];
  if (place === undefined || here.length === 0) return usdPerGiB.internet;
  return place.region === '' || here.some(({ regions }) => regions?.includes(place.region))
    ? usdPerGiB.sameRegion
    : usdPerGiB.sameCloud;
}
