import { type Finding, warning } from './finding.ts';
import { isLoopback } from './loopback.ts';
import type { ValidParts } from './valid-parts.ts';

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

/** Keys of `correlation` that do not do what they seem to. */
export function* uncorrelated(parts: ValidParts): Generator<Finding> {
  yield* openRealm(parts);
}
