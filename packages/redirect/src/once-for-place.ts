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
  // By place + 1. Few are ever set, and reading an array is faster than a Map.
  const known: ((T & {}) | undefined)[] = [];
  return (place) => {
    const before = known[place + 1];
    if (before !== undefined) return before;
    const now = at(places[place]);
    known[place + 1] = now;
    return now;
  };
}
