import type { Stored } from '@archeio/mirror';
import type { Destination, StoredBlob } from './destination.ts';

/** What a destination had when it was listed: blobs and records. */
export class StoredBlobs implements Stored {
  readonly name: string;
  readonly blobs = new Map<string, StoredBlob>();
  readonly records = new Set<string>();

  constructor(name: string) {
    this.name = name;
  }

  sizeOf(digest: string): number | undefined {
    return this.blobs.get(digest)?.size;
  }
}

/** Lists a destination. */
export async function listStored(destination: Destination): Promise<StoredBlobs> {
  const stored = new StoredBlobs(destination.name);
  // Records first: a blob that is written meanwhile is then seen, never a record without its blobs.
  for await (const record of destination.records()) stored.records.add(record);
  for await (const blob of destination.list()) stored.blobs.set(blob.digest, blob);
  return stored;
}
