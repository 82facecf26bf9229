import { type DigestAlgorithm, digestAlgorithm } from '@archeio/oci-distribution';
import { type KeyCodec, readHexWords } from '@archeio/presence';

/** Almost every blob is known by its sha256; the other algorithms get a sixteenth of the memory each. */
const RARE_SHARE = 16;

const CLASS: Readonly<Record<DigestAlgorithm, number>> = Object.freeze({
  sha256: 0,
  sha512: 1,
  blake3: 2,
  other: -1,
});

/** `sha256:`, `sha512:`, `blake3:` are equally long. */
const HEX_START = 7;

/**
 * How digests are remembered: whole, one memory an algorithm, so that no digest can be taken for another.
 *
 * @param entries how many blobs are remembered over all algorithms, at least 1
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
