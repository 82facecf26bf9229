import { tryParseAddr, unmapAddr, type Addr } from '@archeio/netip';
import type { ProxyHeader, ProxyHeaderError } from './header.ts';

/** The longest line, with its CRLF (proxy-protocol.txt §2.1). */
const LONGEST = 107;

const CR = 0x0d;
const LF = 0x0a;

/** `UNKNOWN`, after which everything up to the CRLF is ignored (§2.1). */
const UNKNOWN = /^PROXY UNKNOWN(?: .*)?$/s;
/** Single spaces, and ports without leading zeros. */
const KNOWN = /^PROXY TCP([46]) ([\d.:a-f]+) ([\d.:a-f]+) (\d{1,5}) (\d{1,5})$/i;

/** Ports are 0 to 65535, without leading zeros. */
function isPort(text: string): boolean {
  return Number(text) <= 65_535 && String(Number(text)) === text;
}

function addressOf(text: string, family: 4 | 6): Addr | undefined {
  const addr = tryParseAddr(text);
  return addr?.family === family ? addr : undefined;
}

/**
 * Reads a header of version 1: one line of text (proxy-protocol.txt §2.1).
 *
 * @param bytes begin with `PROXY `
 */
export function readVersion1(bytes: Uint8Array): ProxyHeader | ProxyHeaderError | 'more' {
  const most = Math.min(bytes.length, LONGEST);
  let end = 0;
  while (end < most && bytes[end] !== CR) end++;
  if (end + 1 >= most) {
    if (bytes.length >= LONGEST) return 'header-too-long';
    return 'more';
  }
  if (bytes[end + 1] !== LF) return 'malformed-header';
  const length = end + 2;
  const line = String.fromCharCode(...bytes.subarray(0, end));
  if (UNKNOWN.test(line)) return { length, client: undefined };
  const known = KNOWN.exec(line);
  if (known === null) return 'malformed-header';
  const [, family, source, destination, sourcePort, destinationPort] = known;
  const of = family === '4' ? 4 : 6;
  const client = addressOf(source, of);
  if (client === undefined || addressOf(destination, of) === undefined) return 'malformed-header';
  if (!isPort(sourcePort) || !isPort(destinationPort)) return 'malformed-header';
  return { length, client: unmapAddr(client) };
}
