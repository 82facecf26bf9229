import { equalAddr } from './addr.ts';
import { formatAddr } from './format-addr.ts';
import { tryParseAddr } from './parse-addr.ts';
import { makePrefix, maxBits, type Prefix } from './prefix.ts';
import { quote } from './quote.ts';

/** A length of 0 to 999 without leading zeros. */
const LENGTH = /^(?:0|[1-9]\d{0,2})$/;

/** What is wrong with a text without a slash. An address alone may mean the prefix that contains only it. */
function withoutLength(text: string): string {
  const addr = tryParseAddr(text);
  return addr === undefined
    ? 'expected address/length, such as 192.0.2.0/24'
    : `it has no length: did you mean ${quote(`${formatAddr(addr)}/${maxBits(addr.family)}`)}?`;
}

/** The prefix, written as address, slash, length (RFC 4632 §3.1, RFC 4291 §2.3), or what is wrong with it. */
function readPrefix(text: string): Prefix | string {
  const slash = text.indexOf('/');
  if (slash < 0) return withoutLength(text);
  const addr = tryParseAddr(text, 0, slash);
  if (addr === undefined)
    return `${quote(text.slice(0, slash))} is not an address: expected an IPv4 or IPv6 address without a zone`;
  const longest = maxBits(addr.family);
  const length = text.slice(slash + 1);
  if (!LENGTH.test(length) || Number(length) > longest) return `the length must be 0 to ${longest}`;
  const prefix = makePrefix(addr, Number(length));
  if (equalAddr(addr, prefix.addr)) return prefix;
  return `bits beyond the length must be zero: did you mean ${quote(formatPrefix(prefix))}?`;
}

/** The prefix that `text` is; `undefined` if it is not one or has bits set beyond the length. */
export function tryParsePrefix(text: string): Prefix | undefined {
  const read = readPrefix(text);
  return typeof read === 'string' ? undefined : read;
}

/**
 * The prefix that `text` is: address, slash, length.
 * @throws SyntaxError if it is not one or has bits set beyond the length; the message says what to write
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
