import { addTo } from '../add-to.ts';

/**
 * The manifests that are whole: those that are there, and whose entries are all whole. Does not recurse: a source can
 * nest indexes arbitrarily deep.
 *
 * @param entriesOf the entries of a manifest that is there; undefined for others
 */
export function wholeManifests(
  digests: Iterable<string>,
  entriesOf: (digest: string) => readonly string[] | undefined,
): ReadonlySet<string> {
  const present = new Set<string>();
  const parents = new Map<string, string[]>();
  const broken: string[] = [];
  const seen = new Set<string>(digests);
  for (const digest of seen) {
    const entries = entriesOf(digest);
    if (entries === undefined) {
      broken.push(digest);
      continue;
    }
    present.add(digest);
    for (const entry of entries) {
      addTo(parents, entry, digest);
      seen.add(entry);
    }
  }
  for (let digest = broken.pop(); digest !== undefined; digest = broken.pop())
    for (const parent of parents.get(digest) ?? []) if (present.delete(parent)) broken.push(parent);
  return present;
}
