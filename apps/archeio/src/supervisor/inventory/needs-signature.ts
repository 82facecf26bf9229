import type { Configuration } from '@archeio/configuration';

/**
 * Whether to sign requests for a store's inventory like those for its blobs: if the store is private and the inventory
 * is on its host. Another host must not receive a signature that the store would accept.
 */
export function needsSignature({
  url,
  presign,
  inventory,
}: Pick<Configuration['stores'][number], 'url' | 'presign' | 'inventory'>): boolean {
  if (presign === undefined || inventory?.url === undefined) return false;
  return new URL(inventory.url).origin === new URL(url).origin;
}
