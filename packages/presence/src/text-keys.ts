import type { KeyCodec } from './keys.ts';

/** Words of 32 bits, each two UTF-16 code units; the first unit is the length, so that no text continues another. */
const WORDS = 40;
const LONGEST = 2 * WORDS - 1;

/**
 * Keys that are any text of up to 79 UTF-16 code units, which holds `sha256:` and its digits. Longer ones cannot be
 * remembered. Digests alone take a fifth of the memory: see {@link readHexWords}.
 *
 * @param entries most texts that are remembered
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
