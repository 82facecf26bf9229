import { StatedError } from '@archeio/plain-errors';
import { decodeInventory, type Inventory } from '@archeio/inventory';

/** A date may be so far in the future, since clocks differ; milliseconds. */
const AHEAD = 60_000;

/**
 * What a file says that is to be the inventory of a store with these keys.
 *
 * @param key the template of the store's keys
 * @param now milliseconds since 1970
 * @throws Error that says what is wrong with it
 */
export function believeInventory(bytes: Uint8Array, key: string, now: number): Inventory {
  const inventory = decodeInventory(bytes);
  const { date, destination, key: keyOfBlobs } = inventory;
  if (keyOfBlobs !== key)
    throw new StatedError(
      `cannot use the inventory of "${destination}": its keys are "${keyOfBlobs}", expected the store's "${key}"`,
    );
  if (!(date <= now + AHEAD))
    throw new StatedError(
      `cannot use the inventory of "${destination}": its date is in the future, one of the clocks is wrong`,
    );
  return inventory;
}
