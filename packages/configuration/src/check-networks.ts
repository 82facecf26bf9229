import { formatPrefix } from '@archeio/netip';
import { error, type Finding } from './finding.ts';
import { formatKeyPath, type KeyPath } from './key-path.ts';
import type { SoundParts } from './sound-parts.ts';

/** Prefixes that two networks have: it could not be told which of them a client is in. */
export function sharedPrefixes({ prefixes }: SoundParts): Finding[] {
  const first = new Map<string, { readonly network: string; readonly path: KeyPath }>();
  return prefixes.flatMap(([network, list]) =>
    list.flatMap((prefix, at) => {
      const text = formatPrefix(prefix);
      const path = ['networks', network, at];
      const before = first.get(text);
      if (before === undefined) first.set(text, { network, path });
      return before === undefined || before.network === network
        ? []
        : [
            error(
              path,
              `${formatKeyPath(before.path)} has the prefix "${text}" as well: a client can be in one network alone`,
            ),
          ];
    }),
  );
}
