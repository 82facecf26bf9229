import { addTo } from '../add-to.ts';
import type { ManifestFacts } from '../manifest-facts.ts';

/** What must be in a copy before a manifest: what it lists, and what it refers to. */
function needsOf({ entries, referrer }: ManifestFacts): readonly string[] {
  return referrer === undefined ? entries : [...entries, referrer.subject];
}

/**
 * Groups manifests so that each comes after its entries, and a referrer after its subject; within a group the order is
 * free. Does not recurse: a source can nest indexes arbitrarily deep.
 */
export function writingOrder(
  manifests: ReadonlyMap<string, ManifestFacts>,
): readonly (readonly string[])[] {
  const ranks = new Map<string, number>();
  const begun = new Set<string>();
  const stack = [...manifests.keys()].toReversed();
  for (let digest = stack.at(-1); digest !== undefined; digest = stack.at(-1)) {
    const facts = manifests.get(digest);
    const needs = facts === undefined || ranks.has(digest) ? [] : needsOf(facts);
    const open = begun.has(digest) ? [] : needs.filter((each) => manifests.has(each));
    begun.add(digest);
    if (open.length > 0) {
      for (const each of open) stack.push(each);
      continue;
    }
    stack.pop();
    if (facts === undefined || ranks.has(digest)) continue;
    ranks.set(
      digest,
      needs.reduce((rank, each) => Math.max(rank, (ranks.get(each) ?? -1) + 1), 0),
    );
  }
  const groups = new Map<number, string[]>();
  for (const [digest, rank] of ranks) addTo(groups, rank, digest);
  return [...groups].toSorted(([a], [b]) => a - b).map(([, group]) => group);
}
