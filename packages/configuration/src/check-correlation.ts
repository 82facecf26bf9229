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

/** Keys of `correlation` and `rid` that do not do what they seem to. */
export function* uncorrelated(parts: ValidParts): Generator<Finding> {
  yield* withoutRequestIds(parts);
  yield* openRealm(parts);
}
