/**
 * An IP address: IPv4 or IPv6 as four unsigned 32-bit words, most significant first.
 * An IPv4 address is in `w3`, with `w0` to `w2` zero. An IPv4-mapped IPv6 address has family 6
 * unless {@link unmapAddr} converts it. There are no zones (RFC 4007 §11): they name an interface
 * of one machine, and mean nothing to another.
 */
export interface Addr {
  readonly family: 4 | 6;
  readonly w0: number;
  readonly w1: number;
  readonly w2: number;
  readonly w3: number;
}

/** The IPv4 address of an unsigned 32-bit word, 0x7f000001 for 127.0.0.1. Higher bits are dropped. */
export function makeIPv4(word: number): Addr {
  return Object.freeze({ family: 4, w0: 0, w1: 0, w2: 0, w3: word >>> 0 });
}

/** The IPv6 address of four unsigned 32-bit words, most significant first. Higher bits are dropped. */
export function makeIPv6(w0: number, w1: number, w2: number, w3: number): Addr {
  return Object.freeze({ family: 6, w0: w0 >>> 0, w1: w1 >>> 0, w2: w2 >>> 0, w3: w3 >>> 0 });
}

/** Whether the address is IPv4-mapped, ::ffff:0:0/96 (RFC 4291 §2.5.5.2). */
export function isIPv4Mapped(addr: Addr): boolean {
  return addr.family === 6 && addr.w0 === 0 && addr.w1 === 0 && addr.w2 === 0xffff;
}

/** The IPv4 address in an IPv4-mapped one (RFC 4291 §2.5.5.2); returns any other address unchanged. */
export function unmapAddr(addr: Addr): Addr {
  return isIPv4Mapped(addr) ? makeIPv4(addr.w3) : addr;
}

/** The address of that family and those words; IPv4 uses only the last. */
export function makeAddr(family: 4 | 6, w0: number, w1: number, w2: number, w3: number): Addr {
  return family === 4 ? makeIPv4(w3) : makeIPv6(w0, w1, w2, w3);
}

/** Negative, zero or positive as `a` sorts before, with or after `b`. All IPv4 sorts before all IPv6. */
export function compareAddr(a: Addr, b: Addr): number {
  return a.family - b.family || a.w0 - b.w0 || a.w1 - b.w1 || a.w2 - b.w2 || a.w3 - b.w3;
}

/** Whether both are the same address of the same family: 1.2.3.4 and ::ffff:1.2.3.4 are not. */
export function equalAddr(a: Addr, b: Addr): boolean {
  return a.family === b.family && a.w3 === b.w3 && a.w2 === b.w2 && a.w1 === b.w1 && a.w0 === b.w0;
}

/** The address after this one; `undefined` after the last of its family. */
export function nextAddr(addr: Addr): Addr | undefined {
  const { family, w0, w1, w2, w3 } = addr;
  if (w3 < 0xffffffff) return makeAddr(family, w0, w1, w2, w3 + 1);
  if (family === 4) return undefined;
  if (w2 < 0xffffffff) return makeIPv6(w0, w1, w2 + 1, 0);
  if (w1 < 0xffffffff) return makeIPv6(w0, w1 + 1, 0, 0);
  if (w0 < 0xffffffff) return makeIPv6(w0 + 1, 0, 0, 0);
  return undefined;
}

/** The address before this one; `undefined` before the first of its family. */
export function previousAddr(addr: Addr): Addr | undefined {
  const { family, w0, w1, w2, w3 } = addr;
  if (w3 > 0) return makeAddr(family, w0, w1, w2, w3 - 1);
  if (w2 > 0) return makeIPv6(w0, w1, w2 - 1, 0xffffffff);
  if (w1 > 0) return makeIPv6(w0, w1 - 1, 0xffffffff, 0xffffffff);
  if (w0 > 0) return makeIPv6(w0 - 1, 0xffffffff, 0xffffffff, 0xffffffff);
  return undefined;
}
