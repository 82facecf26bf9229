import { tryParseAddr, unmapAddr, type Addr } from '@archeio/netip';
import type { AddressError } from './address-error.ts';
import { endOfLastElement, FORWARDED, X_FORWARDED_FOR, type AddressList } from './address-list.ts';
import { readElement } from './node-text.ts';
import { isToken } from './token.ts';
import type { Topology } from './topology.ts';
import { trustedPrefixes } from './trusted-prefixes.ts';

/** Knows the address of the other end of the connection. */
export interface PeerSource {
  /** `undefined` if the connection is gone. Read at most once per request, and only if needed: it often costs a system call. */
  readonly peer: string | undefined;
}

/** A compiled topology: reads the client's address. */
export interface ClientAddressReader {
  /** The only header that it reads, in lower case; `undefined` if none. */
  readonly header: string | undefined;
  /**
   * The client's address, never IPv4-mapped, or why there is none. Never throws; takes time linear in the header.
   *
   * @param lines all lines of {@link header}, joined with commas in their order (RFC 9110 §5.3); `undefined` if absent,
   *   which a value without an element equals
   */
  read(lines: string | undefined, source: PeerSource): Addr | AddressError;
}

function readPeer({ peer }: PeerSource): Addr | AddressError {
  if (peer === undefined) return 'unusable-peer';
  const addr = tryParseAddr(peer) ?? readZoned(peer);
  return addr === undefined ? 'unusable-peer' : unmapAddr(addr);
}

/** Reads a link-local address without its zone (`fe80::1%eth0`, RFC 4007 §11): Node reports one, Bun does not. */
function readZoned(peer: string): Addr | undefined {
  const percent = peer.indexOf('%');
  if (percent < 0 || percent === peer.length - 1) return undefined;
  const addr = tryParseAddr(peer, 0, percent);
  return addr?.family === 6 ? addr : undefined;
}

function remoteReader(): ClientAddressReader {
  return { header: undefined, read: (_lines, source) => readPeer(source) };
}

function hopsReader(hops: number): ClientAddressReader {
  return {
    header: X_FORWARDED_FOR.header,
    read(lines, source) {
      let end = lines === undefined ? 0 : endOfLastElement(lines, lines.length);
      if (lines === undefined || end === 0) return readPeer(source);
      for (let hop = 1; ; hop++) {
        const separator = X_FORWARDED_FOR.separatorBefore(lines, end);
        if (hop === hops) return X_FORWARDED_FOR.read(lines, separator + 1, end);
        end = endOfLastElement(lines, separator);
        if (end === 0) return 'too-few-addresses';
      }
    },
  };
}

function trustedProxiesReader(
  list: AddressList,
  isTrusted: (addr: Addr) => boolean,
): ClientAddressReader {
  return {
    header: list.header,
    read(lines, source) {
      let client = readPeer(source);
      if (lines === undefined) return client;
      let end = endOfLastElement(lines, lines.length);
      while (end > 0 && typeof client !== 'string' && isTrusted(client)) {
        const separator = list.separatorBefore(lines, end);
        client = list.read(lines, separator + 1, end);
        end = endOfLastElement(lines, separator);
      }
      return client;
    },
  };
}

function headerReader(name: string, isTrusted?: (addr: Addr) => boolean): ClientAddressReader {
  return {
    header: name.toLowerCase(),
    read(lines, source) {
      const end = lines === undefined ? 0 : endOfLastElement(lines, lines.length);
      if (lines === undefined || end === 0) return readPeer(source);
      if (isTrusted !== undefined) {
        const peer = readPeer(source);
        if (typeof peer === 'string' || !isTrusted(peer)) return peer;
      }
      const separator = X_FORWARDED_FOR.separatorBefore(lines, end);
      if (endOfLastElement(lines, separator) > 0) return 'malformed-header';
      return readElement(lines, separator + 1, end) ?? 'malformed-address';
    },
  };
}

/**
 * Compiles a topology to a reader for every request.
 *
 * @throws RangeError if `hops` is not a whole number from 1
 * @throws SyntaxError if `name` is not a valid header name
 */
export function compileTopology(topology: Topology): ClientAddressReader {
  switch (topology.kind) {
    case 'remote':
      return Object.freeze(remoteReader());
    case 'hops': {
      const { hops } = topology;
      if (!Number.isSafeInteger(hops) || hops < 1) {
        throw new RangeError(`cannot use "${hops}" hops: expected an integer from 1`);
      }
      return Object.freeze(hopsReader(hops));
    }
    case 'trusted-proxies': {
      const list = topology.use === 'forwarded' ? FORWARDED : X_FORWARDED_FOR;
      return Object.freeze(trustedProxiesReader(list, trustedPrefixes(topology.prefixes)));
    }
    case 'header': {
      const { name, prefixes } = topology;
      if (!isToken(name)) {
        throw new SyntaxError(
          `cannot use header ${JSON.stringify(name)}: expected a name of letters, digits and -`,
        );
      }
      return Object.freeze(headerReader(name, prefixes && trustedPrefixes(prefixes)));
    }
  }
}
