import type { ManifestSource } from '@archeio/mirror-plan';

/** Bytes of a blob on their way, and how to end it early. A chunk belongs to whoever takes it. */
export type BlobBytes = AsyncIterable<Uint8Array>;

/** What a mirror reads. */
export interface Source extends ManifestSource {
  readonly name: string;
  /** What makes it the same source: a registry and a path, or a layout. */
  readonly identity: string;
  /** Its {@link sourceId}. */
  readonly id: string;
  /** Whether it can be read at all. @throws Error that says what is missing */
  check(): Promise<void>;
  /** Names of the repositories that are wanted, in their order. */
  repositories(): Promise<readonly string[]>;
  /**
   * A blob's bytes from its beginning, once; goes on by itself where the connection was cut. Nobody has looked at
   * them: whoever takes them checks the digest.
   */
  blob(repository: string, digest: string): BlobBytes;
}
