import { digestAlgorithm, isEmptyBlob } from '@archeio/oci-distribution';
import type { Claims } from './claims.ts';

/** Why an answer with a successful status is not the blob. */
export interface Flaw {
  /** Whether it proves that the blob is absent, or leaves it open. */
  readonly state: 'absent' | 'unknown';
  /** In words, about the answer: "its length is 0, …". */
  readonly why: string;
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
 * Why an answer is not the content with this digest, or is doubtful; undefined if neither. A page or an encoding leaves
 * open whether the blob is absent.
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
