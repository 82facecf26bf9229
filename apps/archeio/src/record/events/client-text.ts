import { type Addr, formatAddr, formatPrefix, makePrefix } from '@archeio/netip';

/** Bits of the prefixes that stand for clients, by address family. */
const BITS = { 4: 24, 6: 48 } as const;

/** The network of an address: IPv4 /24, IPv6 /48. */
export function clientPrefix(address: Addr): string {
  return formatPrefix(makePrefix(address, BITS[address.family]));
}

/** How events write a client's address; undefined if they do not. */
export const CLIENT_TEXTS = Object.freeze({
  none: undefined,
  prefix: clientPrefix,
  full: formatAddr,
});
