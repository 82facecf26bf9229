import type { Prefix } from '@archeio/netip';
import { coverageChange } from './coverage-change.ts';
import type { CloudSource } from './source.ts';

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}

/**
 * Why a provider's new list may not replace the known one: it is empty, or it lacks more than
 * `atMostLost` (0 to 1) of the known IPv4 or IPv6 addresses. Counts addresses, not prefixes: joining
 * two prefixes loses nothing. `undefined` if it may, as if nothing was known.
 */
export function refusalOfList(
  known: Iterable<Prefix>,
  list: CloudSource,
  atMostLost: number,
): string | undefined {
  const refused = `cannot accept the new list of ${list.cloud}`;
  if (list.prefixes.length === 0) return `${refused}: it is empty, expected at least one prefix`;
  const before = [...known];
  const after = list.prefixes.map(([prefix]) => prefix);
  for (const family of [4, 6] as const) {
    const { lost } = coverageChange(before, after, family);
    if (lost > atMostLost) {
      return `${refused}: it lacks ${percent(lost)} of the IPv${family} addresses known so far, expected at most ${percent(atMostLost)}`;
    }
  }
  return undefined;
}
