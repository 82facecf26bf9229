import { tryParseAddr } from '@archeio/netip';
import { authorityOf } from '@archeio/redirect';

/** `uri-host [ ":" port ]` (RFC 9110 §7.2) with a name, an IPv4 address, or nothing; a port may be empty. */
const NAME = /^(?:[\w.~!$&'()*+,;=-]|%[\da-f]{2})*(?::\d*)?$/i;
/** The same with an IP-literal (RFC 3986 §3.2.2), whose zone is tolerated. */
const LITERAL = /^\[(?:([\da-f:.]+)(?:%[\w.~%-]+)?|v[\da-f]+\.[\w.~!$&'()*+,;=:-]+)\](?::\d*)?$/i;

function isHostValue(value: string): boolean {
  if (!value.startsWith('[')) return NAME.test(value);
  const literal = LITERAL.exec(value);
  if (literal === null) return false;
  const address = literal[1];
  return address === undefined || tryParseAddr(address)?.family === 6;
}

/**
 * Detects values that cannot be a host (`a b`, `user@host`), which a server must refuse (RFC 9112 §3.2). Most requests name
 * the same host as the previous one, so that one is remembered.
 */
export class HostValues {
  #good = '';

  /**
   * Whether the value of a Host line, if there is one, and the authority of an absolute-form target, if it is
   * one, can be a host.
   */
  canBe(host: string | undefined, target: string): boolean {
    if (host !== undefined && host !== this.#good) {
      if (!isHostValue(host)) return false;
      this.#good = host;
    }
    const authority = authorityOf(target);
    // A URI of http must have a host (RFC 9110 §4.2.1).
    return authority === undefined || (/^[^:]/.test(authority) && isHostValue(authority));
  }
}
