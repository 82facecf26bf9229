import { isIP, isIPv4, isIPv6 } from 'node:net';
import { parseAddr, prefixContains, unmapAddr, type Addr, type Prefix } from '@archeio/netip';
import type { AddressError } from '../address-error.ts';

const PORT = String.raw`(?::(?:\d{1,5}|_[\w.-]+))?`;
const BRACKETED = new RegExp(String.raw`^\[([^\]]*)\]${PORT}$`);
const WITH_PORT = new RegExp(String.raw`^([\d.]+)${PORT}$`);

/** The address of a node, by regular expressions and `net.isIP`: slow and obvious. */
export function obviousNode(text: string): Addr | undefined {
  const bracketed = BRACKETED.exec(text)?.[1];
  const withPort = WITH_PORT.exec(text)?.[1];
  let address = text;
  if (bracketed !== undefined) address = isIPv6(bracketed) ? bracketed : '';
  else if (withPort !== undefined && isIPv4(withPort)) address = withPort;
  return isIP(address) > 0 && !address.includes('%') ? unmapAddr(parseAddr(address)) : undefined;
}

/** The elements of X-Forwarded-For that are not empty, each without the space and quotes around it. */
export function obviousElements(lines: string): (Addr | undefined)[] {
  return lines
    .split(',')
    .map((element) => element.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter((trimmed) => trimmed !== '')
    .map((trimmed) => obviousNode(/^"(.*)"$/s.exec(trimmed)?.[1] ?? trimmed));
}

/** The `hops`th address from the right; the peer if the header lists nothing. */
export function obviousHops(lines: string, hops: number, peer: Addr): Addr | AddressError {
  const elements = obviousElements(lines);
  if (elements.length === 0) return peer;
  if (elements.length < hops) return 'too-few-addresses';
  return elements.at(-hops) ?? 'malformed-address';
}

/** The first address from the right outside the prefixes, else the leftmost; the peer, which is inside, if none is listed. */
export function obviousWalk(
  elements: readonly (Addr | undefined)[],
  prefixes: readonly Prefix[],
  peer: Addr,
): Addr | AddressError {
  if (elements.length === 0) return peer;
  const fromTheRight = elements.toReversed();
  const trusted = (addr: Addr) => prefixes.some((prefix) => prefixContains(prefix, addr));
  const stop = fromTheRight.findIndex((addr) => addr === undefined || !trusted(addr));
  return fromTheRight.at(stop) ?? 'malformed-address';
}
