import type { Place } from '@archeio/clouds';
import type { Backend } from './backend.ts';

/** Whether any upstream has a price, with which those of stores can be compared. */
export function hasUpstreamPrice(backends: readonly Pick<Backend, 'kind' | 'price'>[]): boolean {
  return backends.some(({ kind, price }) => kind === 'upstream' && price !== undefined);
}

/**
 * Price in US dollars of a GiB that the backend sends to a client.
 *
 * @param place undefined for a client in an unknown network, or anywhere else on the internet
 * @returns undefined if no price is configured
 */
export function usdPerGiB(
  { price, location }: Pick<Backend, 'price' | 'location'>,
  place: Place | undefined,
): number | undefined {
  if (price === undefined || typeof price === 'number') return price;
  if (place === undefined || location === undefined || place.cloud !== location.cloud)
    return price.internet;
  return place.region === location.region ? price.sameRegion : price.sameCloud;
}
