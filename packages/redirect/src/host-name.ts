import { formatAddr, tryParseAddr, unmapAddr } from '@archeio/netip';

/** A host in canonical form, for comparison. */
export interface HostName {
  /**
   * In lower case, without a trailing dot. Addresses are spelled as in RFC 5952, IPv6 in brackets, IPv4-mapped as
   * IPv4, without a zone.
   */
  readonly name: string;
  /** Without leading zeros; undefined if missing or empty (RFC 3986 §3.2.3). */
  readonly port: string | undefined;
}

const PORT = /:(\d*)$/;
const OPENING_BRACKET = 0x5b;

/** Whether the text has two colons and no bracket: an IPv6 address, whose last part is not a port. */
function isBareIPv6(text: string): boolean {
  return text.charCodeAt(0) !== OPENING_BRACKET && text.indexOf(':') !== text.lastIndexOf(':');
}

/** The canonical form of an address; undefined if the name is not an address. */
function addressName(name: string): string | undefined {
  const bracketed = name.charCodeAt(0) === OPENING_BRACKET;
  if (bracketed && !name.endsWith(']')) return undefined;
  const inner = bracketed ? name.slice(1, -1) : name;
  const percent = inner.indexOf('%');
  const addr = tryParseAddr(inner, 0, percent < 0 ? inner.length : percent);
  if (addr === undefined || (bracketed && addr.family === 4)) return undefined;
  const unmapped = unmapAddr(addr);
  return unmapped.family === 4 ? formatAddr(unmapped) : `[${formatAddr(unmapped)}]`;
}

/** Only a text that ends in a digit, a bracket or a colon group can be an address, which rules out most names. */
function mayBeAddress(name: string): boolean {
  const last = name.charCodeAt(name.length - 1);
  return (last >= 0x30 && last <= 0x39) || last === 0x5d || name.includes(':');
}

/**
 * Reads a host from a `Host` header, the authority of a URL, a listening address or a host pattern. Any other
 * text is returned unchanged but in lower case: it equals no host.
 */
export function readHostName(text: string): HostName {
  const lower = text.toLowerCase();
  const port = isBareIPv6(lower) ? null : PORT.exec(lower);
  const host = port === null ? lower : lower.slice(0, port.index);
  const name = host.endsWith('.') ? host.slice(0, -1) : host;
  return {
    name: (mayBeAddress(name) ? addressName(name) : undefined) ?? name,
    port: port === null || port[1] === '' ? undefined : port[1].replace(/^0+(?=\d)/, ''),
  };
}
