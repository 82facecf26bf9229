import type { Place } from '@archeio/clouds';
import type { Near } from './near.ts';

/** Items near a place. */
export interface Named<T> {
  readonly byRegion: readonly T[];
  /** Those that name only its whole cloud. */
  readonly byCloud: readonly T[];
}

/** The result for places that no item names. */
export const NOTHING_NEAR: Named<never> = Object.freeze({ byRegion: [], byCloud: [] });

/** Finds the items near a place. Building takes one step per entry of `near`, independent of the number of places. */
export class NearIndex<T> {
  readonly #byCloud = new Map<string, Set<T>>();
  readonly #byRegion = new Map<string, Map<string, Set<T>>>();
  readonly #wholeClouds = new Map<string, Named<T>>();

  constructor(entries: Iterable<readonly [T, readonly Near[] | undefined]>) {
    for (const [item, near] of entries) {
      for (const { cloud, regions } of near ?? []) {
        if (regions === undefined) setAt(this.#byCloud, cloud).add(item);
        else {
          const inCloud = this.#byRegion.get(cloud) ?? new Map<string, Set<T>>();
          this.#byRegion.set(cloud, inCloud);
          for (const region of regions) setAt(inCloud, region).add(item);
        }
      }
    }
    for (const [cloud, items] of this.#byCloud)
      this.#wholeClouds.set(cloud, { byRegion: [], byCloud: [...items] });
  }

  /** In the order of the items; similar places share one result. */
  at({ cloud, region }: Place): Named<T> {
    const byRegion = this.#byRegion.get(cloud)?.get(region);
    if (byRegion === undefined) return this.#wholeClouds.get(cloud) ?? NOTHING_NEAR;
    const byCloud = this.#byCloud.get(cloud) ?? [];
    return {
      byRegion: [...byRegion],
      byCloud: [...byCloud].filter((each) => !byRegion.has(each)),
    };
  }
}

function setAt<T>(map: Map<string, Set<T>>, key: string): Set<T> {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = new Set<T>();
  map.set(key, made);
  return made;
}
