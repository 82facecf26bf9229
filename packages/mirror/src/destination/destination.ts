import type { KeptBlob as StoredBlob } from '@archeio/mirror-plan';
import type { CopyPlace } from './copy-place.ts';
import type { BlobBytes } from '../source/source.ts';

/** A blob as a destination lists it, with the time by the destination's clock. */
export type { KeptBlob as StoredBlob } from '@archeio/mirror-plan';

/** Maximum size of the object that gc keeps between two runs; bytes. */
export const LARGEST_TEXT = 256 * 1024 * 1024;
/** Any digest: used where only the blob's key matters. */
export const EXAMPLE_DIGEST = `sha256:${'0'.repeat(64)}`;

/**
 * A blob being written to a destination. It stays invisible until `finish`, unless it is a single part whose own
 * SHA-256 is the digest.
 */
export interface BlobWriter {
  /**
   * Writes a part. All parts but the last have the size the writer asks for; several may be in flight at once. The
   * caller may reuse the bytes once the promise has settled.
   *
   * @param offset where in the blob the part begins
   * @param sha256 computes the part's SHA-256, once
   */
  write(part: Uint8Array, offset: number, sha256: () => Uint8Array): Promise<void>;
  /** Makes the whole blob visible. The caller has verified its digest. */
  finish(): Promise<void>;
  /** Removes what was written so far, on a best-effort basis. */
  abandon(): Promise<void>;
}

export interface BlobToWrite {
  readonly digest: string;
  /** Undefined if the size is unknown until the last byte arrives. */
  readonly size: number | undefined;
  /** Bytes of every part except the last. */
  readonly partSize: number;
  /** Whether to overwrite an object that is stored under the same name. */
  readonly replace: boolean;
}

/** Where copies are written. Every method rejects with a one-line reason. */
export interface Destination {
  readonly name: string;
  /** Set if it is a copy of the registry. */
  readonly copy: CopyPlace | undefined;
  /**
   * Checks credentials, bucket or directory. Writes nothing.
   *
   * @throws Error that says what is missing
   */
  check(access: 'read' | 'write'): Promise<void>;
  /** Checks that blobs can be written, by writing something and removing it again. @throws Error that says why not */
  checkWritable(): Promise<void>;
  /** The stored blobs. */
  list(): AsyncIterable<StoredBlob>;
  /** The keys of the stored records of manifests, tags and sources. */
  records(): AsyncIterable<string>;
  begin(blob: BlobToWrite): Promise<BlobWriter>;
  /** Writes a small object of the mirror's own, JSON or bytes, atomically. */
  putObject(key: string, content: string | Uint8Array): Promise<void>;
  /** Undefined if the key does not exist. */
  getText(key: string): Promise<string | undefined>;
  /** The bytes of a stored blob, for verification. */
  read(digest: string): BlobBytes;
  /**
   * Deletes blobs. Rechecks each immediately before its deletion and skips it if it has changed since it was listed.
   *
   * @returns the digests of the deleted blobs
   */
  deleteBlobs(blobs: readonly StoredBlob[]): Promise<ReadonlySet<string>>;
  /** Deletes records by their keys. */
  deleteTexts(keys: readonly string[]): Promise<void>;
  /** Removes unfinished work of interrupted runs, unless another run may still be using it. */
  tidy(): Promise<void>;
  close(): void;
}
