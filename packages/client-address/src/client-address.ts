import { tryParseAddr, unmapAddr, type Addr } from '@archeio/netip';
import type { AddressError } from './address-error.ts';
import { endOfLastElement, FORWARDED, X_FORWARDED_FOR, type AddressList } from './address-list.ts';
import { readElement } from './node-text.ts';
import { isToken } from './token.ts';
import type { Topology } from './topology.ts';
import { TrustedPrefixes } from './trusted-prefixes.ts';

/** Who knows the address of the other end of the connection: as text, `undefined` if the connection is gone. */
export interface PeerSource {
  /** Read at most once a request, and only where it counts: in most servers it costs a system call. */
  readonly peer: string | undefined;
}

/** A topology made ready to say which address is the client's. */
export interface ClientAddressReader {
  /** The only header that counts, in lower case; `undefined` where none does. */
  readonly header: string | undefined;
  /**
   * The client's address, never IPv4-mapped, or why there is none. Never throws; takes time linear in the header.
   *
   * @param lines all lines of {@link header}, joined with commas in their order (RFC 9110 §5.3); `undefined` without one;
   *   a value without an element counts as none
   */
  read(lines: string | undefined, source: PeerSource): Addr | AddressError;
}

function readPeer({ peer }: PeerSource): Addr | AddressError {
  if (peer === undefined) return 'unusable-peer';
  const addr = tryParseAddr(peer) ?? readZoned(peer);
  return addr === undefined ? 'unusable-peer' : unmapAddr(addr);
}

/**
 * A link-local address without its zone (`fe80::1%eth0`, RFC 4007 §11): Node gives one, Bun does not, and prefixes have
 * none.
 */
function readZoned(peer: string): Addr | undefined {
  const percent = peer.indexOf('%');
  if (percent < 0 || percent === peer.length - 1) return undefined;
  const addr = tryParseAddr(peer, 0, percent);
  return addr?.family === 6 ? addr : undefined;
}

class RemoteReader implements ClientAddressReader {
  readonly header = undefined;

  read(_lines: string | undefined, source: PeerSource): Addr | AddressError {
    return readPeer(source);
  }
}

class HopsReader implements ClientAddressReader {
  readonly header = X_FORWARDED_FOR.header;
  readonly #hops: number;

  constructor(hops: number) {
    this.#hops = hops;
  }

  read(lines: string | undefined, source: PeerSource): Addr | AddressError {
    let end = lines === undefined ? 0 : endOfLastElement(lines, lines.length);
    if (lines === undefined || end === 0) return readPeer(source);
    for (let hop = 1; ; hop++) {
      const separator = X_FORWARDED_FOR.separatorBefore(lines, end);
      if (hop === this.#hops) return X_FORWARDED_FOR.read(lines, separator + 1, end);
      end = endOfLastElement(lines, separator);
      if (end === 0) return 'too-few-addresses';
    }
  }
}

class TrustedProxiesReader implements ClientAddressReader {
  readonly header: string;
  readonly #list: AddressList;
  readonly #trusted: TrustedPrefixes;

  constructor(list: AddressList, trusted: TrustedPrefixes) {
    this.header = list.header;
    this.#list = list;
    this.#trusted = trusted;
  }

  read(lines: string | undefined, source: PeerSource): Addr | AddressError {
    let client = readPeer(source);
    if (lines === undefined) return client;
    let end = endOfLastElement(lines, lines.length);
    while (end > 0 && typeof client !== 'string' && this.#trusted.contains(client)) {
      const separator = this.#list.separatorBefore(lines, end);
      client = this.#list.read(lines, separator + 1, end);
      end = endOfLastElement(lines, separator);
    }
    return client;
  }
}

class HeaderReader implements ClientAddressReader {
  readonly header: string;
  readonly #trusted: TrustedPrefixes | undefined;

  constructor(name: string, trusted: TrustedPrefixes | undefined) {
    this.header = name.toLowerCase();
    this.#trusted = trusted;
  }

  read(lines: string | undefined, source: PeerSource): Addr | AddressError {
    const end = lines === undefined ? 0 : endOfLastElement(lines, lines.length);
    if (lines === undefined || end === 0) return readPeer(source);
    if (this.#trusted !== undefined) {
      const peer = readPeer(source);
      if (typeof peer === 'string' || !this.#trusted.contains(peer)) return peer;
    }
    const separator = X_FORWARDED_FOR.separatorBefore(lines, end);
    if (endOfLastElement(lines, separator) > 0) return 'malformed-header';
    return readElement(lines, separator + 1, end) ?? 'malformed-address';
  }
}

/**
 * Makes a topology ready to be asked with every request.
 *
 * @throws RangeError if `hops` is not a whole number from 1
 * @throws SyntaxError if `name` cannot be the name of a header
 */
export function compileTopology(topology: Topology): ClientAddressReader {
  switch (topology.kind) {
    case 'remote':
      return Object.freeze(new RemoteReader());
    case 'hops': {
      const { hops } = topology;
      if (!Number.isSafeInteger(hops) || hops < 1) {
        throw new RangeError(`cannot use "${hops}" hops: expected an integer from 1`);
      }
      return Object.freeze(new HopsReader(hops));
    }
    case 'trusted-proxies': {
      const list = topology.use === 'forwarded' ? FORWARDED : X_FORWARDED_FOR;
      return Object.freeze(new TrustedProxiesReader(list, new TrustedPrefixes(topology.prefixes)));
    }
    case 'header': {
      const { name, prefixes } = topology;
      if (!isToken(name)) {
        throw new SyntaxError(
          `cannot use header ${JSON.stringify(name)}: expected a name of letters, digits and -`,
        );
      }
      return Object.freeze(new HeaderReader(name, prefixes && new TrustedPrefixes(prefixes)));
    }
  }
}
