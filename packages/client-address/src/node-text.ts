import { tryParseAddr, unmapAddr, type Addr } from '@archeio/netip';

const TAB = 0x09;
const SPACE = 0x20;
const QUOTE = 0x22;
const COLON = 0x3a;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const UNDERSCORE = 0x5f;

/** The most digits of a port (RFC 7239 §6). */
const PORT_DIGITS = 5;

/** Whether this is optional white space: a space or a tab (RFC 9110 §5.6.3). */
export function isSpace(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** The index of the character from `start` to `end`, −1 if absent; unlike `indexOf`, it stops at `end`. */
export function findCode(text: string, code: number, start: number, end: number): number {
  for (let at = start; at < end; at++) if (text.charCodeAt(at) === code) return at;
  return -1;
}

/** Whether an obfuscated port may contain it: ALPHA / DIGIT / "." / "_" / "-" (RFC 7239 §6.3). */
function isObfuscated(code: number): boolean {
  const lower = code | 0x20;
  return (
    (lower >= 0x61 && lower <= 0x7a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2e ||
    code === 0x2d ||
    code === UNDERSCORE
  );
}

/** Whether `start` to `end` is a port: 1 to 5 digits, or obfuscated as `_x` (RFC 7239 §6). */
function isPort(text: string, start: number, end: number): boolean {
  const hidden = text.charCodeAt(start) === UNDERSCORE;
  const first = hidden ? start + 1 : start;
  if (first >= end || (!hidden && end - first > PORT_DIGITS)) return false;
  for (let at = first; at < end; at++) {
    const code = text.charCodeAt(at);
    if (hidden ? !isObfuscated(code) : code < 0x30 || code > 0x39) return false;
  }
  return true;
}

/** `[2001:db8::1]`, optionally with a port. */
function readBracketed(text: string, start: number, end: number): Addr | undefined {
  const close = findCode(text, CLOSING_BRACKET, start, end);
  if (close < 0) return undefined;
  const portless = close + 1 === end;
  if (!portless && (text.charCodeAt(close + 1) !== COLON || !isPort(text, close + 2, end))) {
    return undefined;
  }
  const addr = tryParseAddr(text, start + 1, close);
  return addr?.family === 6 ? addr : undefined;
}

/** `192.0.2.1:80`; an IPv6 address needs brackets to have a port. */
function readWithPort(text: string, start: number, end: number): Addr | undefined {
  const colon = findCode(text, COLON, start, end);
  if (colon < 0 || !isPort(text, colon + 1, end)) return undefined;
  return tryParseAddr(text, start, colon);
}

/**
 * The address of the node (RFC 7239 §6) from `start` to `end`: an address, optionally with a port. IPv6 may have
 * brackets, and must with a port. Unmaps IPv4-mapped addresses. `undefined` for anything else.
 */
export function readNode(text: string, start: number, end: number): Addr | undefined {
  const addr =
    text.charCodeAt(start) === OPENING_BRACKET
      ? readBracketed(text, start, end)
      : (tryParseAddr(text, start, end) ?? readWithPort(text, start, end));
  return addr === undefined ? undefined : unmapAddr(addr);
}

/** The address of one element of a list; white space and double quotes around it are ignored. */
export function readElement(text: string, start: number, end: number): Addr | undefined {
  let first = start;
  let last = end;
  while (first < last && isSpace(text.charCodeAt(first))) first++;
  while (first < last && isSpace(text.charCodeAt(last - 1))) last--;
  const quoted =
    last - first >= 2 && text.charCodeAt(first) === QUOTE && text.charCodeAt(last - 1) === QUOTE;
  return quoted ? readNode(text, first + 1, last - 1) : readNode(text, first, last);
}
