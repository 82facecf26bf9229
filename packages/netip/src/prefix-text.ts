import { equalAddr, type Addr } from './addr.ts';
import { formatAddr } from './format-addr.ts';
import { tryParseAddr } from './parse-addr.ts';
import { makePrefix, maxBits, type Prefix } from './prefix.ts';
import { quote } from './quote.ts';

/** What was written, before it is known whether the length fits and the host bits are zero. */
interface Written {
  readonly addr: Addr | undefined;
  /** −1 if it is no number in decimal digits without leading zeros. */
  readonly bits: number;
}

/** RFC 4632 §3.1, RFC 4291 §2.3: address, slash, length. */
function scanPrefix(text: string): Written | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const digits = text.length - slash - 1;
  let bits = digits >= 1 && digits <= 3 ? 0 : -1;
  for (let at = slash + 1; at < text.length && bits >= 0; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    const leadingZero = digits > 1 && at === slash + 1 && digit === 0;
    bits = digit < 0 || digit > 9 || leadingZero ? -1 : bits * 10 + digit;
  }
  return { addr: tryParseAddr(text, 0, slash), bits };
}

/** What is wrong with a text that has no slash. An address alone may be meant as the prefix that has no other in it. */
function withoutLength(text: string): string {
  const addr = tryParseAddr(text);
  return addr === undefined
    ? 'expected address/length, such as 192.0.2.0/24'
    : `it has no length: did you mean ${quote(`${formatAddr(addr)}/${maxBits(addr.family)}`)}?`;
}

/** The prefix, or why there is none. */
function readPrefix(text: string): Prefix | string {
  const written = scanPrefix(text);
  if (written === undefined) return withoutLength(text);
  const { addr, bits } = written;
  if (addr === undefined) {
    const before = text.slice(0, text.indexOf('/'));
    return `${quote(before)} is not an address: expected an IPv4 or IPv6 address without a zone`;
  }
  const longest = maxBits(addr.family);
  if (bits < 0 || bits > longest) return `the length must be 0 to ${longest}`;
  const prefix = makePrefix(addr, bits);
  if (equalAddr(addr, prefix.addr)) return prefix;
  return `bits beyond the length must be zero: did you mean ${quote(formatPrefix(prefix))}?`;
}

/** The prefix that `text` is, or `undefined`: also where bits beyond the length are set. */
export function tryParsePrefix(text: string): Prefix | undefined {
  const read = readPrefix(text);
  return typeof read === 'string' ? undefined : read;
}

/**
 * The prefix that `text` is: address, slash, length.
 * @throws SyntaxError if it is none, or if bits beyond the length are set; the message says what to write
 */
export function parsePrefix(text: string): Prefix {
  const read = readPrefix(text);
  if (typeof read !== 'string') return read;
  throw new SyntaxError(`cannot read prefix ${quote(text)}: ${read}`);
}

/** The prefix as text, its address as RFC 5952 writes it: `2001:db8::/32`. */
export function formatPrefix(prefix: Prefix): string {
  return `${formatAddr(prefix.addr)}/${prefix.bits}`;
}
