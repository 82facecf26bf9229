import { encodeInventory, InventoryBuilder } from '@archeio/inventory';

/** The file of an inventory of these blobs. @param date milliseconds since 1970 */
export function inventoryBytes(
  digests: Iterable<string>,
  { date, key = '{digest}' }: { readonly date: number; readonly key?: string },
): Uint8Array {
  const builder = new InventoryBuilder();
  for (const digest of digests) builder.add(digest);
  return encodeInventory(builder.build({ date, destination: 'bucket', key }));
}
