import { makeIPv4, makeIPv6, type Addr } from './addr.ts';
import { quote } from './quote.ts';

const dot = 0x2e;
const colon = 0x3a;

/** Groups of the address being read. Scanning is synchronous, so one scratch array serves every call. */
const groups = new Uint16Array(8);

/** 0 to 15, or −1 if the character is not a hexadecimal digit. */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** The word of the dotted quad that fills `start` to `end`, or −1. No leading zeros, as RFC 6943 §3.1.1 strict. */
function scanIPv4(text: string, start: number, end: number): number {
  // "0.0.0.0" to "255.255.255.255"
  if (end - start < 7 || end - start > 15) return -1;
  let word = 0;
  let octet = 0;
  let digits = 0;
  let dots = 0;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === dot) {
      if (digits === 0 || ++dots > 3) return -1;
      word = word * 256 + octet;
      octet = 0;
      digits = 0;
      continue;
    }
    if (code < 0x30 || code > 0x39) return -1;
    if (digits === 1 && octet === 0) return -1;
    octet = octet * 10 + code - 0x30;
    digits++;
    if (octet > 255) return -1;
  }
  return dots === 3 && digits > 0 ? word * 256 + octet : -1;
}

/** RFC 4291 §2.2, all three forms. */
function scanIPv6(text: string, start: number, end: number): Addr | undefined {
  if (end - start < 2) return undefined;
  let count = 0;
  let gap = -1;
  let at = start;
  if (text.charCodeAt(at) === colon) {
    if (text.charCodeAt(at + 1) !== colon) return undefined;
    gap = 0;
    at += 2;
  }
  while (at < end) {
    if (count === 8) return undefined;
    const groupStart = at;
    let group = 0;
    for (; at < end; at++) {
      const digit = hexDigit(text.charCodeAt(at));
      if (digit < 0) break;
      if (at - groupStart === 4) return undefined;
      group = group * 16 + digit;
    }
    if (at < end && text.charCodeAt(at) === dot) {
      const word = count <= 6 ? scanIPv4(text, groupStart, end) : -1;
      if (word < 0) return undefined;
      groups[count++] = word >>> 16;
      groups[count++] = word & 0xffff;
      break;
    }
    if (at === groupStart) return undefined;
    groups[count++] = group;
    if (at === end) break;
    if (text.charCodeAt(at++) !== colon || at === end) return undefined;
    if (text.charCodeAt(at) === colon) {
      if (gap >= 0) return undefined;
      gap = count;
      at++;
    }
  }
  if (gap < 0) {
    if (count !== 8) return undefined;
  } else {
    // "::" stands for at least one group
    if (count === 8) return undefined;
    groups.copyWithin(8 - (count - gap), gap, count);
    groups.fill(0, gap, 8 - (count - gap));
  }
  return makeIPv6(
    (groups[0] << 16) | groups[1],
    (groups[2] << 16) | groups[3],
    (groups[4] << 16) | groups[5],
    (groups[6] << 16) | groups[7],
  );
}

/**
 * The address in `text` from `start` (inclusive) to `end` (exclusive); `undefined` if it is not
 * one. Accepts what `net.isIP` accepts, except zones (`fe80::1%eth0`).
 * IPv4-mapped addresses are family 6; {@link unmapAddr} makes them IPv4.
 */
export function tryParseAddr(text: string, start = 0, end: number = text.length): Addr | undefined {
  const word = scanIPv4(text, start, end);
  return word >= 0 ? makeIPv4(word) : scanIPv6(text, start, end);
}

/**
 * The address that `text` is; it must not have space around it.
 * @throws SyntaxError if it is not one, or has a zone
 */
export function parseAddr(text: string): Addr {
  const addr = tryParseAddr(text);
  if (addr !== undefined) return addr;
  const reason = text.includes('%')
    ? 'zones are not accepted'
    : 'expected IPv4, such as 192.0.2.1, or IPv6, such as 2001:db8::1';
  throw new SyntaxError(`cannot read address ${quote(text)}: ${reason}`);
}
