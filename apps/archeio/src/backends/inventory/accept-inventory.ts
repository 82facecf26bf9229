import { StatedError } from '@archeio/plain-errors';
import { decodeInventory, type Inventory } from '@archeio/inventory';

/** How far in the future a date may be, because clocks differ; milliseconds. */
const AHEAD = 60_000;

/**
 * Decodes a file as the inventory of a store with these keys.
 *
 * @param key the template of the store's keys
 * @param now milliseconds since 1970
 * @throws Error if the file is malformed, or is the inventory of other keys or of the future
 */
export function acceptInventory(bytes: Uint8Array, key: string, now: number): Inventory {
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
