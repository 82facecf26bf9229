import type { Store } from '@archeio/redirect';
import type { ReplayedConfiguration } from './replayed-configuration.ts';

/** The stores that share the blobs of clients in a place, one list for each share. */
function sharesAt({ policy }: ReplayedConfiguration, place: number): readonly (readonly Store[])[] {
  return policy.staysUpstream(place)
    ? []
    : policy.storesFor(place).near.map(({ stores }) => stores);
}

/** Whether the order of the stores for clients in a place depends on the digest. */
export function dependsOnDigest(configuration: ReplayedConfiguration, place: number): boolean {
  return sharesAt(configuration, place).some((stores) => stores.length > 1);
}

/** The number, name and weight of each store decide its share; one that is not checked always has the blob. */
function describe(configuration: ReplayedConfiguration, place: number): string {
  const { numbers, isUnchecked } = configuration;
  return JSON.stringify(
    sharesAt(configuration, place).map((stores) =>
      stores.map(({ index, name, weight }) => [numbers[index], isUnchecked[index], name, weight]),
    ),
  );
}

/** Whether each blob has the same order of near stores under both configurations, whatever its digest. */
export function haveSameShares(
  old: ReplayedConfiguration,
  oldPlace: number,
  next: ReplayedConfiguration,
  newPlace: number,
): boolean {
  return describe(old, oldPlace) === describe(next, newPlace);
}

/** The store with this name that is near clients in a place. */
export function nearStore(
  configuration: ReplayedConfiguration,
  place: number,
  name: string | null,
): Store | undefined {
  return sharesAt(configuration, place)
    .flat()
    .find((store) => store.name === name);
}
