import { covers, isLoopback } from '@archeio/configuration';
import { readHostName } from '@archeio/redirect';

/**
 * The hosts that requests may name, as patterns, or undefined where any may.
 *
 * Everything on the machine may use a listener on loopback, and that is intended; but a web page in a browser there can
 * point a name of its own at 127.0.0.1 and then read the answers (DNS rebinding). The browser still names that page's
 * host. A listener on another address is reached by names that are not known here: every client that reaches it may ask.
 *
 * @param bound the address to listen on
 * @param more patterns of further hosts (`listen.admin.hosts`): a proxy on the same machine may pass on the host that
 *   its own clients name
 */
export function allowedHosts(
  bound: string,
  more: readonly string[] = [],
): readonly string[] | undefined {
  if (!isLoopback(bound)) return undefined;
  return [...new Set(['localhost', '127.0.0.1', '[::1]', readHostName(bound).name, ...more])];
}

/** Whether a request may name this host. */
export function isAllowedHost(header: string, allowed: readonly string[] | undefined): boolean {
  if (allowed === undefined) return true;
  const host = readHostName(header);
  return allowed.some((pattern) => {
    const { name, port } = readHostName(pattern);
    return covers(name, host.name) && (port === undefined || port === host.port);
  });
}
