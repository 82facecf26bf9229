/** Keys of one length, and how many of them are remembered. */
export interface KeyClass {
  /** Length of a key in 32-bit words. */
  readonly words: number;
  /** At most so many entries, over all spaces. */
  readonly entries: number;
}

/**
 * How keys are stored: whole, as words, so that no two keys can be taken for one another.
 *
 * Within a class different keys must give different words, whatever a client chooses; kinds of keys
 * whose words could be equal (two algorithms of the same length) need a class each.
 */
export interface KeyCodec<Key> {
  /** One memory each, in this order. */
  readonly classes: readonly KeyClass[];
  /** Index into `classes`; −1: cannot be remembered, and so is never asked either. */
  classOf(key: Key): number;
  /** Writes the key into `words`, which has the length of its class. */
  write(key: Key, words: Uint32Array): void;
}

/** Values by character code: 0 to 15, and −1 for everything that is no lower-case hexadecimal digit. */
const HEX_VALUES = Int8Array.from({ length: 128 }, (_, code) =>
  '0123456789abcdef'.indexOf(String.fromCharCode(code)),
);

/**
 * Reads 8 lower-case hexadecimal digits a word from `text`, beginning at `start`, until `words` is full.
 *
 * @throws RangeError if there are fewer digits, or other characters, upper case included.
 */
export function readHexWords(text: string, start: number, words: Uint32Array): void {
  let at = start;
  let seen = 0;
  for (let index = 0; index < words.length; index++) {
    let word = 0;
    for (let digit = 0; digit < 8; digit++) {
      const code = text.charCodeAt(at++);
      const value = code < 128 ? HEX_VALUES[code] : -1;
      seen |= value;
      word = (word << 4) | value;
    }
    words[index] = word;
  }
  if (seen < 0) {
    throw new RangeError(
      `cannot read key "${text}": must have ${words.length * 8} lower-case hexadecimal digits from index ${start}`,
    );
  }
}
