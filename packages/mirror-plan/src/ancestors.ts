/** The nodes that reach one of `ends`, including the ends themselves. */
export function withAncestors(
  edges: ReadonlyMap<string, readonly string[]>,
  ends: Iterable<string>,
): ReadonlySet<string> {
  const pairs = [...edges].flatMap(([node, children]) => children.map((child) => [child, node]));
  const parents = Map.groupBy(pairs, ([child]) => child);
  const found = new Set(ends);
  // The set grows while it is iterated.
  for (const node of found) for (const [, parent] of parents.get(node) ?? []) found.add(parent);
  return found;
}
