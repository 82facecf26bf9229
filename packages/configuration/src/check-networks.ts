import { formatPrefix } from '@archeio/netip';
import { error, type Finding } from './finding.ts';
import { formatKeyPath, type KeyPath } from './key-path.ts';
import type { ValidParts } from './valid-parts.ts';

/** Prefixes in two networks: a client there would have no single network. */
export function* sharedPrefixes({ prefixes }: ValidParts): Generator<Finding> {
  const first = new Map<string, { readonly network: string; readonly path: KeyPath }>();
  for (const [network, list] of prefixes)
    for (const [at, prefix] of list.entries()) {
      const text = formatPrefix(prefix);
      const path = ['networks', network, at];
      const before = first.get(text);
      if (before === undefined) first.set(text, { network, path });
      else if (before.network !== network)
        yield error(
          path,
          `${formatKeyPath(before.path)} already has the prefix "${text}": a client can be in only one network`,
        );
    }
}
