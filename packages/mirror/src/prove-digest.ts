import { createHash } from 'node:crypto';
import { digestAlgorithm } from '@archeio/oci-distribution';
import { MirrorError } from './mirror-error.ts';

/** Content does not match its digest, or the digest cannot be verified. */
export class DigestError extends MirrorError {}

type Algorithm = 'sha256' | 'sha512';

/** The digest of some content. */
export function digestOf(algorithm: Algorithm, content: Uint8Array): string {
  return `${algorithm}:${createHash(algorithm).update(content).digest('hex')}`;
}

/** The algorithm of a digest; undefined if it cannot be verified. */
export function tryVerifiableAlgorithm(digest: string): Algorithm | undefined {
  const algorithm = digestAlgorithm(digest);
  return algorithm === 'sha256' || algorithm === 'sha512' ? algorithm : undefined;
}

/** The algorithm of a digest that can be verified. @throws DigestError */
export function verifiableAlgorithm(digest: string): Algorithm {
  const algorithm = tryVerifiableAlgorithm(digest);
  if (algorithm !== undefined) return algorithm;
  throw new DigestError(
    `cannot verify digest ${JSON.stringify(digest)}: expected sha256 or sha512`,
  );
}

/** Whether `content` has this digest; false if it cannot be verified. */
export function hasDigest(digest: string, content: Uint8Array): boolean {
  const algorithm = tryVerifiableAlgorithm(digest);
  return algorithm !== undefined && digestOf(algorithm, content) === digest;
}

/** @throws DigestError unless `content` has this digest */
export function proveDigest(what: string, digest: string, content: Uint8Array): void {
  const actual = digestOf(verifiableAlgorithm(digest), content);
  if (actual !== digest)
    throw new DigestError(`cannot use ${what} ${digest}: its bytes have digest ${actual}`);
}
