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
 * The IPv4 prefix that an IPv4-mapped one stands for; any other is returned as it is. One of fewer than 96 bits has
 * zeros behind them, and so is not mapped.
 */
function unmapPrefix(prefix: Prefix): Prefix {
  return isIPv4Mapped(prefix.addr)
    ? makePrefix(makeIPv4(prefix.addr.w3), prefix.bits - MAPPED_BITS)
    : prefix;
}

/** The networks whose word is taken. */
export class TrustedPrefixes {
  readonly #table: PrefixTable;

  constructor(prefixes: readonly Prefix[]) {
    this.#table = PrefixTable.build(prefixes.map((prefix) => [unmapPrefix(prefix), 0]));
  }

  /** Whether one of them contains the address, which has been unmapped. */
  contains(addr: Addr): boolean {
    return this.#table.lookup(addr) >= 0;
  }
}
