import type { KeyCodec } from '@archeio/presence';

/** A digest has 8 words; the last one is the blob's number, so that no two blobs share a digest. */
const WORDS = 8;

/** The words of a blob's digest: they look random, and are the same in every run. */
function writeDigest(blob: number, words: Uint32Array): void {
  let state = Math.imul(blob + 1, 0x9e3779b1);
  for (let word = 0; word < WORDS - 1; word++) {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), state | 1);
    words[word] = mixed ^ (mixed >>> 14);
  }
  words[WORDS - 1] = blob;
}

/** Blobs are numbers here: the memory stores the same words, without parsing the digits of each request. */
export function blobKeys(entries: number): KeyCodec<number> {
  return {
    classes: [{ words: WORDS, entries }],
    classOf: () => 0,
    write: writeDigest,
  };
}

const HEX = Array.from({ length: 0x10000 }, (_, value) => value.toString(16).padStart(4, '0'));
const WRITTEN = new Uint32Array(WORDS);

export function digestOf(blob: number): string {
  writeDigest(blob, WRITTEN);
  let text = 'sha256:';
  for (let word = 0; word < WORDS; word++)
    text += HEX[WRITTEN[word] >>> 16] + HEX[WRITTEN[word] & 0xffff];
  return text;
}
