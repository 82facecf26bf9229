/** Keys of one length, and the number of them to remember. */
export interface KeyClass {
  /** Length of a key in 32-bit words. */
  readonly words: number;
  /** Maximum number of entries, over all spaces. */
  readonly entries: number;
}

/**
 * How keys are stored: completely, as words, so that no two keys are confused.
 *
 * Within a class, different keys must produce different words, whatever a client chooses. Kinds of keys whose words
 * could be equal (two algorithms of the same length) need separate classes.
 */
export interface KeyCodec<Key> {
  /** One memory per class, in this order. */
  readonly classes: readonly KeyClass[];
  /** Index into `classes`; −1 for keys that cannot be remembered, and are therefore never checked. */
  classOf(key: Key): number;
  /** Writes the key into `words`, which has the length of its class. */
  write(key: Key, words: Uint32Array): void;
}

/** Values by character code: 0 to 15, and −1 for everything but lower-case hexadecimal digits. */
const HEX_VALUES = Int8Array.from({ length: 128 }, (_, code) =>
  '0123456789abcdef'.indexOf(String.fromCharCode(code)),
);

/**
 * Reads 8 lower-case hexadecimal digits per word from `text`, starting at `start`, until `words` is full.
 *
 * @throws RangeError if there are fewer digits, or other characters, including upper case.
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
