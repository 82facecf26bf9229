import type { Addr } from './addr.ts';

/*
 * The two lookups: from the words of a stride index to the match of an address (rows.ts).
 *
 * They are the hot path, hence long functions over one array, with words as signed integers.
 * Every step consumes bits of the address, so that a lookup ends even if the words are damaged.
 */

/** What a branch cell holds (stride-index.ts): its shift in the lowest bits, above them its target. */
const shiftMask = 31;
const targetMask = 0x3ffffff;

/** XORed into two words, it makes a signed comparison order them as unsigned. */
const signBit = 0x80000000;

/** The match of an IPv4 address. */
export function findIPv4(words: Int32Array, rootShift: number, addr: Addr): number {
  const word = addr.w3 | 0;
  let cell = words[word >>> rootShift];
  if (cell >= 0) return cell;
  let rest = word << (32 - rootShift);
  let bitsLeft = rootShift;
  do {
    const shift = cell & shiftMask;
    let at = (cell >>> 5) & targetMask;
    if (shift === 0) {
      const key = word ^ signBit;
      while ((words[at] ^ signBit) > key) at -= 2;
      return words[at + 1];
    }
    cell = words[at + (rest >>> shift)];
    rest <<= 32 - shift;
    bitsLeft -= 32 - shift;
  } while (cell < 0 && bitsLeft > 0);
  return cell;
}

/** The match of an IPv6 address. */
export function findIPv6(words: Int32Array, rootShift: number, addr: Addr): number {
  const first = addr.w0 | 0;
  let cell = words[first >>> rootShift];
  if (cell >= 0) return cell;
  let rest = first << (32 - rootShift);
  let bitsLeft = rootShift;
  let wordsRead = 1;
  do {
    const shift = cell & shiftMask;
    const at = (cell >>> 5) & targetMask;
    if (shift === 0) return scanIPv6(words, at, addr);
    if (bitsLeft <= 0) {
      if (wordsRead === 4) return 0;
      rest = (wordsRead === 1 ? addr.w1 : wordsRead === 2 ? addr.w2 : addr.w3) | 0;
      wordsRead++;
      bitsLeft = 32;
    }
    cell = words[at + (rest >>> shift)];
    rest <<= 32 - shift;
    bitsLeft -= 32 - shift;
  } while (cell < 0);
  return cell;
}

/** The match of the row at that word, or of the nearest one before it that begins at or before the address. */
function scanIPv6(words: Int32Array, last: number, addr: Addr): number {
  const w0 = addr.w0 | 0;
  const w1 = addr.w1 | 0;
  let at = last;
  for (; at > 0; at -= 5) {
    if (words[at] !== w0) {
      if ((words[at] ^ signBit) < (w0 ^ signBit)) break;
    } else if (words[at + 1] !== w1) {
      if ((words[at + 1] ^ signBit) < (w1 ^ signBit)) break;
    } else if (words[at + 2] !== (addr.w2 | 0)) {
      if ((words[at + 2] ^ signBit) < (addr.w2 ^ signBit)) break;
    } else if ((words[at + 3] ^ signBit) <= (addr.w3 ^ signBit)) break;
  }
  return words[at + 4];
}
