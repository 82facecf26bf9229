import type { BlobBytes } from '../source/source.ts';

/** A blob as a destination lists it. */
export interface StoredBlob {
  readonly digest: string;
  readonly size: number;
  /** When it was written, by the destination's clock; milliseconds since 1970. */
  readonly modified: number;
}

/**
 * A blob on its way into a destination. Nothing is to be seen of it before `finish`, unless it is one part whose own
 * SHA-256 is the digest.
 */
export interface BlobWriter {
  /**
   * Takes a part. All but the last are of the size that the writer asks for, and several may be on their way at once.
   * The bytes are the caller's again when the promise is settled.
   *
   * @param offset where in the blob it begins
   * @param sha256 computes that of the part, once
   */
  write(part: Uint8Array, offset: number, sha256: () => Uint8Array): Promise<void>;
  /** Makes the blob visible, whole; its digest is proven. */
  finish(): Promise<void>;
  /** Leaves nothing behind, as far as it can. */
  abandon(): Promise<void>;
}

export interface BlobToWrite {
  readonly digest: string;
  /** Undefined where nobody says it before the last byte has come. */
  readonly size: number | undefined;
  /** Bytes of every part but the last. */
  readonly partSize: number;
  /** Whether something else has its name there, and is to be overwritten. */
  readonly replace: boolean;
}

/** Where copies go. Every method rejects with what went wrong, in one line. */
export interface Destination {
  readonly name: string;
  /**
   * Whether it can be used at all: credentials, bucket, directory. Writes nothing.
   *
   * @throws Error that says what is missing
   */
  check(access: 'read' | 'write'): Promise<void>;
  /** Whether blobs can be written to it. Writes, and takes away again what it wrote. @throws Error that says why not */
  checkWritable(): Promise<void>;
  /** The blobs that it has. */
  list(): AsyncIterable<StoredBlob>;
  /** The keys of the records that it has, of manifests, tags and sources. */
  records(): AsyncIterable<string>;
  begin(blob: BlobToWrite): Promise<BlobWriter>;
  /** A small object of the mirror's own: JSON, or bytes. It is there whole or not at all. */
  putText(key: string, content: string | Uint8Array): Promise<void>;
  /** Undefined where there is none. */
  getText(key: string): Promise<string | undefined>;
  /** The bytes of a blob that it has, to be verified. */
  read(digest: string): BlobBytes;
  /**
   * Deletes blobs, each only where it still is what was listed, which is asked immediately before.
   *
   * @returns the digests of those that it deleted
   */
  deleteBlobs(blobs: readonly StoredBlob[]): Promise<ReadonlySet<string>>;
  /** Deletes records by their keys. */
  deleteTexts(keys: readonly string[]): Promise<void>;
  /** Removes what runs that were ended have left unfinished, unless another run may still be at it. */
  tidy(): Promise<void>;
  close(): void;
}
