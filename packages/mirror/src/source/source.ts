import type { ManifestSource } from '@archeio/mirror-plan';

/** Bytes of a blob, and a way to stop reading early. Each chunk belongs to its receiver. */
export type BlobBytes = AsyncIterable<Uint8Array>;

/** What a mirror reads from. */
export interface Source extends ManifestSource {
  readonly name: string;
  /** Identity of the source: a registry and a path, or a layout. */
  readonly identity: string;
  /** Its {@link sourceId}. */
  readonly id: string;
  /** Checks that it can be read. @throws Error that says what is missing */
  check(): Promise<void>;
  /** Names of the wanted repositories, in order. */
  repositories(): Promise<readonly string[]>;
  /**
   * A blob's bytes from the beginning; resumes after a broken connection. The bytes are not verified: the receiver
   * checks the digest.
   */
  blob(repository: string, digest: string): BlobBytes;
}
