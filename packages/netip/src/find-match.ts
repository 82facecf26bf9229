import type { Addr } from './addr.ts';
import { shiftMask, targetMask } from './stride-index.ts';

/*
 * The two lookups: from the words of a stride index to the match of an address (rows.ts).
 *
 * Each is one function without calls, over one array: that is worth half its time. The address is
 * handed over whole, because a number beyond 31 bits may be boxed on its way into a function.
 * Every step consumes bits of the address, so that a lookup ends whatever the words say.
 */

/** The match of an IPv4 address. */
export function findIPv4(words: Int32Array, rootShift: number, addr: Addr): number {
  const word = addr.w3;
  let cell = words[word >>> rootShift];
  let rest = word << (32 - rootShift);
  for (let bitsLeft = rootShift; cell < 0 && bitsLeft > 0;) {
    const shift = cell & shiftMask;
    let at = (cell >>> 5) & targetMask;
    if (shift === 0) {
      while (words[at] >>> 0 > word) at -= 2;
      return words[at + 1];
    }
    cell = words[at + (rest >>> shift)];
    rest <<= 32 - shift;
    bitsLeft -= 32 - shift;
  }
  return cell;
}

/** The match of an IPv6 address. */
export function findIPv6(words: Int32Array, rootShift: number, addr: Addr): number {
  let rest = addr.w0;
  let cell = words[rest >>> rootShift];
  rest <<= 32 - rootShift;
  let bitsLeft = rootShift;
  let wordsRead = 1;
  while (cell < 0) {
    const shift = cell & shiftMask;
    const at = (cell >>> 5) & targetMask;
    if (shift === 0) return scanIPv6(words, at, addr);
    if (bitsLeft <= 0) {
      if (wordsRead === 4) return 0;
      rest = wordsRead === 1 ? addr.w1 : wordsRead === 2 ? addr.w2 : addr.w3;
      wordsRead++;
      bitsLeft = 32;
    }
    cell = words[at + (rest >>> shift)];
    rest <<= 32 - shift;
    bitsLeft -= 32 - shift;
  }
  return cell;
}

/** The match of the row at that word, or of the nearest one before it that begins at or before the address. */
function scanIPv6(words: Int32Array, last: number, addr: Addr): number {
  let at = last;
  for (; at > 0; at -= 5) {
    const w0 = words[at] >>> 0;
    if (w0 !== addr.w0) {
      if (w0 < addr.w0) break;
      continue;
    }
    const w1 = words[at + 1] >>> 0;
    if (w1 !== addr.w1) {
      if (w1 < addr.w1) break;
      continue;
    }
    const w2 = words[at + 2] >>> 0;
    if (w2 !== addr.w2) {
      if (w2 < addr.w2) break;
      continue;
    }
    if (words[at + 3] >>> 0 <= addr.w3) break;
  }
  return words[at + 4];
}
