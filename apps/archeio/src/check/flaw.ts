import { digestAlgorithm } from '@archeio/oci-distribution';
import type { Claims } from './claims.ts';

/** Why an answer is not that of the blob, although its status says so. */
export interface Flaw {
  /** Whether it shows that the blob is not there, or leaves it open. */
  readonly state: 'absent' | 'unknown';
  /** In words, about the answer: "its length is 0, …". */
  readonly why: string;
}

/** What every algorithm that is known here makes of no bytes at all. */
const EMPTY_BLOBS: ReadonlySet<string> = new Set([
  'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e',
  'blake3:af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262',
]);

/** Whether the digest is that of the empty blob. */
export function isEmptyBlob(digest: string): boolean {
  return EMPTY_BLOBS.has(digest);
}

function lengthFlaw(size: number, digest: string): Flaw | undefined {
  if (size < 0 || (size === 0) === isEmptyBlob(digest)) return undefined;
  const why =
    size === 0
      ? 'its length is 0, and the digest is not that of the empty blob'
      : `its length is ${size}, and the digest is that of the empty blob`;
  return { state: 'absent', why };
}

/**
 * Why an answer cannot be that of the content with this digest, or must be doubted; undefined if it may be. Only an
 * answer about the very digest shows that the blob is not there; a page or an encoding leaves it open.
 */
export function flawOf(
  { size, digest: named, unreadable, doubt }: Claims,
  digest: string,
): Flaw | undefined {
  if (unreadable !== undefined)
    return { state: 'absent', why: `it cannot be read now (${unreadable})` };
  if (doubt !== undefined) return { state: 'unknown', why: doubt };
  if (named !== undefined && named !== digest && digestAlgorithm(named) === digestAlgorithm(digest))
    return { state: 'absent', why: `it names another digest, ${named}` };
  return lengthFlaw(size, digest);
}
