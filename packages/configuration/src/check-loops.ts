import { error, type Finding, warning } from './finding.ts';
import type { KeyPath } from './key-path.ts';
import { readHostName } from '@archeio/redirect';
import { isLoopback, reachesThisMachine } from './loopback.ts';
import type { ValidParts } from './valid-parts.ts';

/** The ports on which a name, or the names below it, are served; `every` if a pattern gives no port. */
interface Ports {
  every: boolean;
  readonly some: Set<string>;
}

/** The names in the host patterns. */
interface Served {
  readonly names: ReadonlyMap<string, Ports>;
  /** Patterns with a star, by the name after it: the names below it are served, not the name itself. */
  readonly below: ReadonlyMap<string, Ports>;
}

function readPatterns(patterns: Iterable<string>): Served {
  const names = new Map<string, Ports>();
  const below = new Map<string, Ports>();
  for (const pattern of patterns) {
    const { name: host, port } = readHostName(pattern);
    const name = host.replace(/^\*\.?/, '');
    if (name === '') continue;
    const map = name === host ? names : below;
    const ports = map.get(name) ?? { every: false, some: new Set() };
    map.set(name, ports);
    if (port === undefined) ports.every = true;
    else ports.some.add(port);
  }
  return { names, below };
}

function has(ports: Ports | undefined, port: string): boolean {
  return ports !== undefined && (ports.every || ports.some.has(port));
}

function portOf({ port, protocol }: URL): string {
  return port || (protocol === 'https:' ? '443' : '80');
}

/** Whether a URL leads to the port that this machine listens on. */
function isListening(url: URL, listen: ValidParts['listen']): boolean {
  if (listen === undefined || portOf(url) !== String(listen.port)) return false;
  return (
    reachesThisMachine(url.hostname) ||
    readHostName(url.hostname).name === readHostName(listen.host).name
  );
}

/** Whether a URL leads to a host that Archeio serves, or only to a name that clients trust with the same credentials. */
function relation(url: URL, { names, below }: Served): 'served' | 'trusted' | undefined {
  const hostname = readHostName(url.hostname).name;
  const port = portOf(url);
  if (has(names.get(hostname), port)) return 'served';
  let isTrusted = names.has(hostname) || below.has(hostname);
  for (let dot = hostname.indexOf('.'); dot >= 0; dot = hostname.indexOf('.', dot + 1)) {
    const parent = hostname.slice(dot + 1);
    if (has(below.get(parent), port)) return 'served';
    isTrusted ||= names.has(parent) || below.has(parent);
  }
  return isTrusted ? 'trusted' : undefined;
}

interface Backend {
  readonly path: KeyPath;
  readonly url: string;
  readonly isStore?: boolean;
}

function backendsOf({ registries, stores }: ValidParts): Backend[] {
  return [
    ...registries.flatMap(({ index, value: { upstreams, signatures } }) => [
      ...upstreams.map(({ url }, at) => ({
        path: ['registries', index, 'upstreams', at, 'url'],
        url,
      })),
      ...(signatures
        ? [{ path: ['registries', index, 'signatures', 'url'], url: signatures.url }]
        : []),
    ]),
    ...stores.map(({ index, value: { url } }) => ({
      path: ['stores', index, 'url'],
      url,
      isStore: true,
    })),
  ];
}

/**
 * Redirects to a host that Archeio itself serves would loop. If every host is served
 * (`*`), only Archeio's port on this machine can be recognised. Below a served name, or on another port of it, clients
 * keep the Authorization header, which object storage refuses.
 */
export function loops(parts: ValidParts): Finding[] {
  const served = readPatterns(parts.registries.flatMap(({ value: { hosts } }) => hosts));
  return backendsOf(parts).flatMap(({ path, url: text, isStore }) => {
    const url = new URL(text);
    const ours = isListening(url, parts.listen);
    const related = relation(url, served);
    if (ours || related === 'served')
      return [error(path, `${text} is on a host that Archeio itself serves: redirects would loop`)];
    return isStore === true && related === 'trusted' && !isLoopback(url.hostname)
      ? [
          warning(
            path,
            `${text} is on a host that Archeio itself serves, or below one: clients send their Authorization there too, and object storage refuses it; use a name in another domain`,
          ),
        ]
      : [];
  });
}
