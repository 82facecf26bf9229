import { rename } from 'node:fs/promises';
import { encodeInventory, makeInventory } from '@archeio/mirror';
import type { Destination } from './destination.ts';
import { writeSynced } from './write-synced.ts';

export interface WrittenInventory {
  readonly destination: string;
  readonly file: string;
  readonly listed: string;
  readonly blobs: number;
  readonly bytes: number;
}

/**
 * Writes which blobs a destination has as a compact filter; the file is replaced at once, so that no reader sees half
 * of it.
 */
export async function writeInventory(
  destination: Destination,
  file: string,
  now: number,
): Promise<WrittenInventory> {
  const digests = new Set<string>();
  for await (const { digest } of destination.list()) digests.add(digest);
  const bytes = encodeInventory(makeInventory(digests, now));
  const unfinished = `${file}.unfinished`;
  await writeSynced(unfinished, bytes);
  await rename(unfinished, file);
  return {
    destination: destination.name,
    file,
    listed: new Date(now).toISOString(),
    blobs: digests.size,
    bytes: bytes.length,
  };
}
