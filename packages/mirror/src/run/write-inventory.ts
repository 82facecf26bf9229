import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { encodeInventory, type Inventory, InventoryBuilder } from '@archeio/inventory';
import { mayHaveSize } from '@archeio/oci-distribution';
import { MirrorError } from '../mirror-error.ts';
import { failureReason } from '@archeio/plain-errors';
import type { Destination } from '../destination/destination.ts';
import { writeSynced } from '../destination/directory/write-synced.ts';

/** Where a destination stores its inventory, unless a file is given. */
export const INVENTORY_KEY = 'archeio/inventory';

/**
 * Lists a destination for its inventory. The inventory's date is the moment before the listing: a blob that appears
 * during the listing may be missing. An empty object does not count as a blob, unless its digest is that of no bytes.
 *
 * @param key template of its keys
 * @param onListed called with the number of blobs listed so far
 * @throws MirrorError if there are no blobs
 */
export async function takeInventory(
  destination: Destination,
  key: string,
  now: () => number,
  onListed: (blobs: number) => void,
): Promise<Inventory> {
  const date = now();
  const builder = new InventoryBuilder();
  let listed = 0;
  for await (const { digest, size } of destination.list()) {
    if (!mayHaveSize(digest, size)) continue;
    builder.add(digest);
    onListed(++listed);
  }
  // An unmounted disk looks like this, and every blob would be proven absent.
  if (listed === 0)
    throw new MirrorError(
      `cannot take the inventory of destination "${destination.name}": it has no blobs with keys "${key}"`,
    );
  return builder.build({ date, destination: destination.name, key });
}

/** Renames a temporary file once it is on disk, so that a reader sees the old or the new file, always complete. */
async function writeFileWhole(path: string, bytes: Uint8Array): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.part`;
  try {
    await writeSynced(unfinished, bytes);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw new MirrorError(
      `cannot write inventory ${JSON.stringify(path)}: ${failureReason(error)}`,
    );
  }
}

/**
 * Writes an inventory atomically, to a file or to its destination.
 *
 * @returns its size in bytes
 */
export async function writeInventory(
  inventory: Inventory,
  destination: Destination,
  file: string | undefined,
): Promise<number> {
  const bytes = encodeInventory(inventory);
  if (file === undefined) await destination.putObject(INVENTORY_KEY, bytes);
  else await writeFileWhole(file, bytes);
  return bytes.length;
}
