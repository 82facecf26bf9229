import { covers, isLoopback } from '@archeio/configuration';
import { readHostName } from '@archeio/redirect';

/**
 * Patterns of the hosts that requests may name; undefined if they may name any.
 *
 * Every program on the machine may use a listener on loopback. But a web page in a browser on the machine could resolve
 * its own name to 127.0.0.1 and read the answers (DNS rebinding), and such requests still name the page's host. The
 * names of a listener on another address are unknown, so every client that reaches it may use it.
 *
 * @param bound the address to listen on
 * @param more patterns of further hosts (`listen.admin.hosts`), for a proxy on the same machine that keeps the host
 *   of its clients' requests
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
