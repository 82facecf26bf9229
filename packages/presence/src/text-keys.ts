import type { KeyCodec } from './keys.ts';

/**
 * Words of 32 bits with two UTF-16 code units each; the first unit is the length, so that no key is a prefix of
 * another.
 */
const WORDS = 40;
const LONGEST = 2 * WORDS - 1;

/**
 * Arbitrary text keys of up to 79 UTF-16 code units, enough for `sha256:` and its digits. Longer keys cannot be
 * remembered. Digests alone need a fifth of the memory: see {@link readHexWords}.
 *
 * @param entries maximum number of remembered keys
 */
export function textKeys(entries: number): KeyCodec<string> {
  return {
    classes: [{ words: WORDS, entries }],
    classOf: (text) => (text.length <= LONGEST ? 0 : -1),
    write(text, words) {
      const unit = (at: number): number => (at < text.length ? text.charCodeAt(at) : 0);
      words[0] = (text.length << 16) | unit(0);
      for (let word = 1; word < WORDS; word++)
        words[word] = (unit(2 * word - 1) << 16) | unit(2 * word);
    },
  };
}
