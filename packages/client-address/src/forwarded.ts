import type { Addr } from '@archeio/netip';
import type { AddressError } from './address-error.ts';
import { findCode, isSpace, readNode } from './node-text.ts';
import { isTokenCode } from './token.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;
const UNDERSCORE = 0x5f;

const UNKNOWN = 'unknown';

/**
 * The index of the comma before the element that ends at `end`, −1 before the first. Ignores commas in quoted strings.
 * Reading from the right does not depend on what is to the left: in a quoted string every quote follows a backslash, and
 * the one that opens it follows `=`. A quote that a client left open therefore hides nothing that a proxy appended.
 */
export function separatorBeforeForwarded(lines: string, end: number): number {
  let quoted = false;
  for (let at = end - 1; at >= 0; at--) {
    const code = lines.charCodeAt(at);
    if (code === COMMA && !quoted) return at;
    if (code === QUOTE && !(quoted && lines.charCodeAt(at - 1) === BACKSLASH)) quoted = !quoted;
  }
  return -1;
}

/** The end of the value that begins at `start`; −1 if it is empty or its quote is not closed. */
function endOfValue(text: string, start: number, end: number): number {
  let at = start;
  if (at < end && text.charCodeAt(at) === QUOTE) {
    for (at++; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) return at + 1;
      if (code === BACKSLASH) at++;
    }
    return -1;
  }
  // Accepts more than a token: proxies write colons and brackets without the required quotes.
  for (; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === SEMICOLON || code === QUOTE || isSpace(code)) break;
  }
  return at === start ? -1 : at;
}

/** Whether `start` to `end` is `for`, in any case. */
function isFor(text: string, start: number, end: number): boolean {
  return (
    end - start === 3 &&
    (text.charCodeAt(start) | 0x20) === 0x66 &&
    (text.charCodeAt(start + 1) | 0x20) === 0x6f &&
    (text.charCodeAt(start + 2) | 0x20) === 0x72
  );
}

/** Whether the node is `unknown` or an obfuscated identifier, optionally with a port (RFC 7239 §6.2, §6.3). */
function isHidden(text: string, start: number, end: number): boolean {
  if (text.charCodeAt(start) === UNDERSCORE) return true;
  const rest = start + UNKNOWN.length;
  if (rest > end || (rest < end && text.charCodeAt(rest) !== COLON)) return false;
  return text.slice(start, rest).toLowerCase() === UNKNOWN;
}

/** The address of a node, or why it has none. */
function readNodeOrReason(text: string, start: number, end: number): Addr | AddressError {
  const addr = readNode(text, start, end);
  if (addr !== undefined) return addr;
  return isHidden(text, start, end) ? 'hidden-address' : 'malformed-address';
}

/** The address in the value of `for`, its quotes included. */
function readValue(text: string, start: number, end: number): Addr | AddressError {
  if (text.charCodeAt(start) !== QUOTE) return readNodeOrReason(text, start, end);
  if (findCode(text, BACKSLASH, start, end) < 0) return readNodeOrReason(text, start + 1, end - 1);
  const plain = text.slice(start + 1, end - 1).replace(/\\([\s\S])/g, '$1');
  return readNodeOrReason(plain, 0, plain.length);
}

/** The `for` address of one `forwarded-element` (RFC 7239 §4). Accepts space around pairs and values without quotes. */
export function readForwardedElement(
  lines: string,
  start: number,
  end: number,
): Addr | AddressError {
  let forStart = -1;
  let forEnd = -1;
  let pairs = 0;
  let at = start;
  while (at < end) {
    const code = lines.charCodeAt(at);
    if (code === SEMICOLON || isSpace(code)) {
      at++;
      continue;
    }
    const name = at;
    while (at < end && isTokenCode(lines.charCodeAt(at))) at++;
    if (at === name || at === end || lines.charCodeAt(at) !== EQUALS) return 'malformed-header';
    const value = at + 1;
    const wanted = isFor(lines, name, at);
    at = endOfValue(lines, value, end);
    if (at < 0 || (wanted && forStart >= 0)) return 'malformed-header';
    if (wanted) {
      forStart = value;
      forEnd = at;
    }
    pairs++;
    while (at < end && isSpace(lines.charCodeAt(at))) at++;
    if (at < end && lines.charCodeAt(at) !== SEMICOLON) return 'malformed-header';
  }
  if (forStart >= 0) return readValue(lines, forStart, forEnd);
  return pairs === 0 ? 'malformed-header' : 'hidden-address';
}
