import type { Addr } from '@archeio/netip';

/** A PROXY header (HAProxy's proxy-protocol.txt, version 1 and 2) that was read. */
export interface ProxyHeader {
  /** Number of bytes of the header: what follows belongs to the client. */
  readonly length: number;
  /**
   * The client's address, never IPv4-mapped. Undefined if the header states none (LOCAL, UNKNOWN, an unspecified or UNIX address):
   * then the peer of the connection is the client.
   */
  readonly client: Addr | undefined;
}

/**
 * Why a connection does not begin with a PROXY header.
 *
 * - `no-header`: it begins with something else
 * - `malformed-header`: it begins like a header that the specification forbids
 * - `header-too-long`: longer than {@link LONGEST_PROXY_HEADER}
 */
export type ProxyHeaderError = 'no-header' | 'malformed-header' | 'header-too-long';

/** Bytes of the longest header that is read: the addresses and type-length-values of version 2. */
export const LONGEST_PROXY_HEADER = 2048;
