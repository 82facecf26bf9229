import { createHash } from 'node:crypto';
import { digestAlgorithm } from '@archeio/oci-distribution';
import { MirrorError } from './mirror-error.ts';

/** Content does not match its digest, or the digest cannot be verified. */
export class DigestError extends MirrorError {}

/** The algorithm of a digest that can be verified. @throws DigestError */
export function verifiableAlgorithm(digest: string): 'sha256' | 'sha512' {
  const algorithm = digestAlgorithm(digest);
  if (algorithm === 'sha256' || algorithm === 'sha512') return algorithm;
  throw new DigestError(
    `cannot verify digest ${JSON.stringify(digest)}: expected sha256 or sha512`,
  );
}

/** Whether `content` has this digest; false if it cannot be verified. */
export function hasDigest(digest: string, content: Uint8Array): boolean {
  const [algorithm = ''] = digest.split(':', 1);
  return (
    (algorithm === 'sha256' || algorithm === 'sha512') &&
    digest === `${algorithm}:${createHash(algorithm).update(content).digest('hex')}`
  );
}

/** @throws DigestError unless `content` has this digest */
export function proveDigest(what: string, digest: string, content: Uint8Array): void {
  const algorithm = verifiableAlgorithm(digest);
  const actual = `${algorithm}:${createHash(algorithm).update(content).digest('hex')}`;
  if (actual !== digest)
    throw new DigestError(`cannot use ${what} ${digest}: its bytes have digest ${actual}`);
}
