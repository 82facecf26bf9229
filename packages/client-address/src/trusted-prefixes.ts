import {
  isIPv4Mapped,
  makeIPv4,
  makePrefix,
  PrefixTable,
  type Addr,
  type Prefix,
} from '@archeio/netip';

/** The bits of ::ffff:0:0/96, which precede the IPv4 address (RFC 4291 §2.5.5.2). */
const MAPPED_BITS = 96;

/**
 * The IPv4 prefix of an IPv4-mapped one; returns any other unchanged. A prefix of fewer than 96 bits is never mapped: its
 * other bits are zero.
 */
function unmapPrefix(prefix: Prefix): Prefix {
  return isIPv4Mapped(prefix.addr)
    ? makePrefix(makeIPv4(prefix.addr.w3), prefix.bits - MAPPED_BITS)
    : prefix;
}

/** Returns whether one of the prefixes contains an address, which must be unmapped. */
export function trustedPrefixes(prefixes: readonly Prefix[]): (addr: Addr) => boolean {
  const table = PrefixTable.build(prefixes.map((prefix) => [unmapPrefix(prefix), 0]));
  return (addr) => table.lookup(addr) >= 0;
}
