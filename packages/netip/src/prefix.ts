import { compareAddr, equalAddr, makeAddr, type Addr } from './addr.ts';

/** A block of addresses: those that share the first `bits` bits of `addr`, whose other bits are zero. */
export interface Prefix {
  readonly addr: Addr;
  /** 0 to 32 for IPv4, 0 to 128 for IPv6. */
  readonly bits: number;
}

/** The longest prefix of a family: 32 or 128 bits. */
export function maxBits(family: 4 | 6): number {
  return family === 4 ? 32 : 128;
}

/** The mask of one word whose first `bits` belong to the prefix; clamped to 0 to 32. */
function wordMask(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? 0xffffffff : (0xffffffff << (32 - bits)) >>> 0;
}

/** The masks of the four words for a prefix of that length. */
function masks(family: 4 | 6, bits: number): [number, number, number, number] {
  if (family === 4) return [0, 0, 0, wordMask(bits)];
  return [wordMask(bits), wordMask(bits - 32), wordMask(bits - 64), wordMask(bits - 96)];
}

/**
 * The prefix of that length that contains the address; bits beyond the length are cleared.
 * @throws RangeError if `bits` is not a whole number from 0 to 32, or to 128 for IPv6
 */
export function makePrefix(addr: Addr, bits: number): Prefix {
  const longest = maxBits(addr.family);
  if (!Number.isInteger(bits) || bits < 0 || bits > longest) {
    throw new RangeError(
      `cannot make a prefix of ${bits} bits: length must be a whole number from 0 to ${longest}`,
    );
  }
  const [m0, m1, m2, m3] = masks(addr.family, bits);
  const { family, w0, w1, w2, w3 } = addr;
  return Object.freeze({ addr: makeAddr(family, w0 & m0, w1 & m1, w2 & m2, w3 & m3), bits });
}

/** Whether the address lies in the prefix. Families never mix: an IPv4-mapped address is in no IPv4 prefix. */
export function prefixContains(prefix: Prefix, addr: Addr): boolean {
  const base = prefix.addr;
  if (base.family !== addr.family) return false;
  const [m0, m1, m2, m3] = masks(base.family, prefix.bits);
  return (
    ((base.w0 ^ addr.w0) & m0) === 0 &&
    ((base.w1 ^ addr.w1) & m1) === 0 &&
    ((base.w2 ^ addr.w2) & m2) === 0 &&
    ((base.w3 ^ addr.w3) & m3) === 0
  );
}

export function prefixFirst(prefix: Prefix): Addr {
  return prefix.addr;
}

export function prefixLast(prefix: Prefix): Addr {
  const { family, w0, w1, w2, w3 } = prefix.addr;
  const [m0, m1, m2, m3] = masks(family, prefix.bits);
  return makeAddr(family, w0 | ~m0, w1 | ~m1, w2 | ~m2, w3 | ~m3);
}

/** Negative, zero or positive: by address (IPv4 first), then by length, so that a prefix precedes those it contains. */
export function comparePrefix(a: Prefix, b: Prefix): number {
  return compareAddr(a.addr, b.addr) || a.bits - b.bits;
}

export function equalPrefix(a: Prefix, b: Prefix): boolean {
  return a.bits === b.bits && equalAddr(a.addr, b.addr);
}
