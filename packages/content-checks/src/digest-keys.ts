import { type DigestAlgorithm, digestAlgorithm } from '@archeio/oci-distribution';
import { type KeyCodec, readHexWords } from '@archeio/presence';

/** Almost all digests are sha256; each other algorithm gets a sixteenth of the memory. */
const RARE_SHARE = 16;

const CLASS: Readonly<Record<DigestAlgorithm, number>> = Object.freeze({
  sha256: 0,
  sha512: 1,
  blake3: 2,
  other: -1,
});

/** `sha256:`, `sha512:` and `blake3:` have the same length. */
const HEX_START = 7;

/**
 * Stores digests completely, in one memory per algorithm, so that no two digests are confused.
 *
 * @param entries maximum number of remembered blobs over all algorithms, at least 1
 */
export function digestKeys(entries: number): KeyCodec<string> {
  const rare = Math.floor(entries / RARE_SHARE);
  const classes = [{ words: 8, entries: entries - 2 * rare }];
  if (rare > 0) classes.push({ words: 16, entries: rare }, { words: 8, entries: rare });
  return {
    classes,
    classOf(digest) {
      const algorithm = digestAlgorithm(digest);
      const index = algorithm === undefined ? -1 : CLASS[algorithm];
      return index < classes.length ? index : -1;
    },
    write: (digest, words) => readHexWords(digest, HEX_START, words),
  };
}
