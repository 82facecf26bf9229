import type { Place } from '@archeio/clouds';

/**
 * Computes a value for a place on first use: few of all places ever have clients.
 *
 * @param places the table of places; place −1 is an unknown network
 */
export function onceForPlace<T>(
  places: readonly Place[],
  at: (place: Place | undefined) => T & {},
): (place: number) => T {
  const known = new Map<number, T & {}>();
  return (place) => {
    const before = known.get(place);
    if (before !== undefined) return before;
    const now = at(places[place]);
    known.set(place, now);
    return now;
  };
}
