import { error, type Finding, warning } from './finding.ts';
import type { KeyPath } from './key-path.ts';
import { readHostName } from '@archeio/redirect';
import { isLoopback, reachesThisMachine } from './loopback.ts';
import type { ValidParts } from './valid-parts.ts';

/** The ports on which a name, or the names below it, are served; `undefined` stands for every port. */
type Ports = Set<string | undefined>;

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
    map.set(name, (map.get(name) ?? new Set()).add(port));
  }
  return { names, below };
}

function has(ports: Ports | undefined, port: string): boolean {
  return ports !== undefined && (ports.has(undefined) || ports.has(port));
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

/** Whether a host is the realm's or below it. */
function isBelow(hostname: string, realm: string | undefined): boolean {
  if (realm === undefined) return false;
  const name = readHostName(hostname).name;
  const parent = readHostName(new URL(realm).hostname).name;
  return name === parent || name.endsWith(`.${parent}`);
}

interface Backend {
  readonly path: KeyPath;
  readonly url: string;
  readonly isStore?: boolean;
}

function* backendsOf({ registries, stores }: ValidParts): Generator<Backend> {
  for (const { index, value } of registries) {
    const path = ['registries', index];
    for (const [at, { url }] of value.upstreams.entries())
      yield { path: [...path, 'upstreams', at, 'url'], url };
    if (value.signatures) yield { path: [...path, 'signatures', 'url'], url: value.signatures.url };
  }
  for (const { index, value } of stores)
    yield { path: ['stores', index, 'url'], url: value.url, isStore: true };
}

/** A staging instance may serve the name of the production instance that it is compared with, so this is not an error. */
function* shadowOfItself({ shadow, listen }: ValidParts, served: Served): Generator<Finding> {
  if (shadow === undefined) return;
  const url = new URL(shadow.url);
  if (isListening(url, listen) || relation(url, served) === 'served')
    yield warning(
      ['shadow', 'url'],
      `${shadow.url} is on a host that Archeio itself serves: if requests to it arrive here, answers are compared with themselves; use an address that only the other instance has`,
    );
}

/**
 * Redirects to a host that Archeio itself serves would loop. If every host is served
 * (`*`), only Archeio's port on this machine can be recognised. Below a served name, or on another port of it, clients
 * keep the Authorization header, which object storage refuses. With pull tokens, they have one.
 */
export function* loops(parts: ValidParts): Generator<Finding> {
  const served = readPatterns(parts.registries.flatMap(({ value: { hosts } }) => hosts));
  yield* shadowOfItself(parts, served);
  const { token = false, realm } = parts.correlation ?? {};
  for (const { path, url: text, isStore } of backendsOf(parts)) {
    const url = new URL(text);
    const related = relation(url, served);
    if (isListening(url, parts.listen) || related === 'served')
      yield error(path, `${text} is on a host that Archeio itself serves: redirects would loop`);
    else if (isLoopback(url.hostname)) continue;
    else if (token && (related === 'trusted' || isBelow(url.hostname, realm)))
      yield warning(
        path,
        `${text} is on a host that Archeio itself serves, or below one: with correlation.token, clients send their token there too, and ${isStore ? 'object storage refuses it' : 'a registry that does not know it may answer 401'}; use a name in another domain`,
      );
    else if (isStore && related === 'trusted')
      yield warning(
        path,
        `${text} is on a host that Archeio itself serves, or below one: clients send their Authorization there too, and object storage refuses it; use a name in another domain`,
      );
  }
}
