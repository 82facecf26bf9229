const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** A host as it stands in a URL: IPv6 in brackets. */
function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** The host of a `Host` header without its port, in lower case. */
function hostOf(header: string): string {
  return header.toLowerCase().replace(/:\d*$/, '');
}

/**
 * The hosts that requests may name, or undefined where any may.
 *
 * A listener on loopback is reached by whoever is on the machine, and that is meant; but a web page in a browser there
 * can point a name of its own at 127.0.0.1 and then read what we answer (DNS rebinding). The browser still names that
 * page's host. A listener on another address is reached by names that we do not know: whoever can reach it may ask.
 *
 * @param bound the host that is listened on
 */
export function allowedHosts(bound: string): readonly string[] | undefined {
  const host = bound.toLowerCase();
  if (!LOOPBACK.test(host)) return undefined;
  return [...new Set(['localhost', '127.0.0.1', '[::1]', bracketed(host)])];
}

/** Whether a request may name this host. */
export function isAllowedHost(header: string, allowed: readonly string[] | undefined): boolean {
  return allowed === undefined || allowed.includes(hostOf(header));
}
