import type { ListedCopy } from '@archeio/mirror-plan';
import type { BlobBytes } from '../source/source.ts';

/** An object of a copy as clients get it. */
export interface ReadObject {
  readonly mediaType: string;
  readonly bytes: BlobBytes;
}

/**
 * The part of a destination that holds a copy of the registry: objects that clients read under the paths of the
 * distribution API. Every method rejects with a one-line reason.
 */
export interface CopyPlace {
  /** Whether clients find blobs below each repository as well. */
  readonly linksBlobs: boolean;
  /** The objects under `v2/`. */
  list(): AsyncIterable<ListedCopy>;
  /** Keys of what the mirror knows of the repositories. */
  states(): AsyncIterable<string>;
  /** Writes an object atomically. @returns its version, as {@link list} states it; undefined if unknown */
  put(key: string, bytes: Uint8Array, mediaType: string): Promise<string | undefined>;
  /** Undefined if the key does not exist. */
  read(key: string): Promise<ReadObject | undefined>;
  /** Makes a stored blob readable under another key, without sending its bytes. */
  linkBlob(digest: string, size: number, key: string): Promise<void>;
  /** Deletes objects, unless they have changed since they were listed. @returns the deleted keys */
  delete(objects: readonly ListedCopy[]): Promise<ReadonlySet<string>>;
  /** Writes a small object of the mirror's own, unless the key is taken. */
  putIfAbsent(key: string, text: string): Promise<void>;
}
