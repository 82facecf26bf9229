import type { Clock } from '@archeio/presence';
import type { Configuration } from '@archeio/configuration';
import type { PresignedStore } from '../../backends/signing/presigner.ts';
import { acceptInventory } from '../../backends/inventory/accept-inventory.ts';
import { inventoryId } from '../../backends/inventory/inventories.ts';
import type { SentInventory } from '../../ipc/ports.ts';
import { StatedError } from '@archeio/plain-errors';
import { inventorySource, NOT_MODIFIED } from './inventory-source.ts';
import { needsSignature } from './needs-signature.ts';

interface LoadInventoryDependencies {
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Milliseconds for one inventory. */
  readonly timeout: number;
  /** Signs a URL of a private store. Rejects with the reason if it cannot. */
  readonly sign: (store: PresignedStore, url: string) => Promise<string>;
}

/**
 * Reads a store's inventory once.
 *
 * @returns undefined if the store has no inventory or is disabled
 * @throws Error that says why the inventory cannot be fetched, is refused or is too old
 */
export async function loadInventory(
  store: Configuration['stores'][number],
  { clock, wallClock, timeout, sign }: LoadInventoryDependencies,
): Promise<SentInventory | undefined> {
  const { inventory, key, enabled } = store;
  const id = inventoryId(store);
  if (!enabled || inventory === undefined || id === undefined) return undefined;
  const read = inventorySource(inventory, {
    clock,
    timeout,
    ...(needsSignature(store) && { sign: (url: string) => sign(store, url) }),
  });
  const fetched = await read({}, new AbortController().signal);
  if (fetched.kind === 'unchanged') throw new StatedError(NOT_MODIFIED);
  const { bytes } = fetched;
  const { date } = acceptInventory(bytes, key, wallClock());
  const usableFor = date + inventory.maxAge - wallClock();
  if (usableFor <= 0)
    throw new StatedError(
      `it is dated ${new Date(date).toISOString()}, and inventory.maxAge is ${inventory.maxAge / 1000} s`,
    );
  return { id, bytes, usableFor };
}
