import type { Configuration } from '@archeio/configuration';

/**
 * Whether a store's inventory is read with the signature of the store: the store is private, and the inventory is on
 * its host. What is elsewhere never sees a signature that the store would honour.
 */
export function needsSignature({
  url,
  presign,
  inventory,
}: Pick<Configuration['stores'][number], 'url' | 'presign' | 'inventory'>): boolean {
  if (presign === undefined || inventory?.url === undefined) return false;
  return new URL(inventory.url).origin === new URL(url).origin;
}
