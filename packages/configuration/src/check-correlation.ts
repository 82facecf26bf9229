import { parseAddr, prefixContains } from '@archeio/netip';
import { error, type Finding, warning } from './finding.ts';
import type { KeyPath } from './key-path.ts';
import { isLoopback } from './loopback.ts';
import type { ValidParts } from './valid-parts.ts';

/** Paths of the keys `rid: true`. */
function* ridKeys({ registries, stores }: ValidParts): Generator<KeyPath> {
  for (const { index, value } of registries) {
    const path = ['registries', index];
    for (const [at, { rid }] of value.upstreams.entries())
      if (rid === true) yield [...path, 'upstreams', at, 'rid'];
    if (value.signatures?.rid === true) yield [...path, 'signatures', 'rid'];
  }
  for (const { index, value } of stores) if (value.rid === true) yield ['stores', index, 'rid'];
}

function* withoutRequestIds(parts: ValidParts): Generator<Finding> {
  if (parts.correlation === undefined || parts.correlation.requestId) return;
  for (const path of ridKeys(parts))
    yield error(
      path,
      'adds the ID of the request, and requests have none: set correlation.requestId: true',
    );
}

/** Clients with stored credentials send them to the realm. */
function* openRealm({ correlation }: ValidParts): Generator<Finding> {
  const { realm } = correlation ?? {};
  if (realm === undefined || realm.startsWith('https:') || isLoopback(new URL(realm).hostname))
    return;
  yield warning(
    ['correlation', 'realm'],
    `${realm} is not encrypted: clients with stored credentials for the registry send them there; use https`,
  );
}

const LOOPBACK = ['127.0.0.1', '::1'].map(parseAddr);

/** Why every client that a proxy forwards may ask with `topology: remote`; undefined if nothing says so. */
function everyoneMayAsk({ listen, tls, explain, correlation }: ValidParts): string | undefined {
  const from = explain?.header?.from ?? [];
  if (from.length === 0) return undefined;
  if (listen !== undefined && isLoopback(listen.host))
    return from.some((prefix) => LOOPBACK.some((addr) => prefixContains(prefix, addr)))
      ? 'listen.host is loopback, so all clients come through something on this machine'
      : undefined;
  return tls === undefined &&
    correlation?.token === true &&
    correlation.realm?.startsWith('https:') === true
    ? 'correlation.realm is https, so all clients come through something that ends TLS'
    : undefined;
}

function* explainsToAll(parts: ValidParts): Generator<Finding> {
  const why = everyoneMayAsk(parts);
  if (why === undefined || parts.clientAddress?.topology !== 'remote') return;
  yield warning(
    ['explain', 'header', 'from'],
    `${why}: with clientAddress.topology: remote, they all have its address, and all or none may ask; describe it in clientAddress, unless it keeps the addresses of clients`,
  );
}

/** Keys of `correlation` and `explain` that do not do what they seem to. */
export function* uncorrelated(parts: ValidParts): Generator<Finding> {
  yield* withoutRequestIds(parts);
  yield* openRealm(parts);
  yield* explainsToAll(parts);
}
