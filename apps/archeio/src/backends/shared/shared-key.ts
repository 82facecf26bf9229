import { createHash } from 'node:crypto';
import { digestAlgorithm } from '@archeio/oci-distribution';

/** What the keys of this version of the format begin with; a later one has another digit (docs/reference/shared-presence.md). */
export const FORMAT = 'a1';

/** Bytes of the hash of a store's identity. */
const IDENTITY_BYTES = 8;

const ALGORITHMS = Object.freeze({ sha256: '2', sha512: '5', blake3: '3', other: undefined });

/** The beginning of the keys of a store: the format, and a hash of all that the meaning of an answer depends on. */
export function sharedPrefix(identity: readonly (string | boolean)[]): Buffer {
  const hash = createHash('sha256').update(JSON.stringify(identity)).digest();
  return Buffer.concat([Buffer.from(FORMAT), hash.subarray(0, IDENTITY_BYTES)]);
}

/** The key of a blob in a store; undefined for a digest of an algorithm that is not remembered. */
export function sharedKey(prefix: Buffer, digest: string): Buffer | undefined {
  const known = digestAlgorithm(digest);
  const algorithm = known && ALGORITHMS[known];
  return algorithm === undefined
    ? undefined
    : Buffer.concat([
        prefix,
        Buffer.from(algorithm),
        Buffer.from(digest.slice(digest.indexOf(':') + 1), 'hex'),
      ]);
}
