import type { Stored } from '@archeio/mirror';
import type { Destination } from './destination.ts';

/** What a destination had when it was listed: blobs with their sizes, and records. */
export class StoredBlobs implements Stored {
  readonly name: string;
  readonly sizes = new Map<string, number>();
  readonly records = new Set<string>();

  constructor(name: string) {
    this.name = name;
  }

  sizeOf(digest: string): number | undefined {
    return this.sizes.get(digest);
  }
}

/** Lists a destination; `records` is whether its records count. */
export async function listStored(destination: Destination): Promise<StoredBlobs> {
  const stored = new StoredBlobs(destination.name);
  // Records first: a blob that is written meanwhile is then seen, never a record without its blobs.
  for await (const record of destination.records()) stored.records.add(record);
  for await (const { digest, size } of destination.list()) stored.sizes.set(digest, size);
  return stored;
}
