/** The nodes that reach one of `ends`, including the ends themselves. */
export function withAncestors(
  edges: ReadonlyMap<string, readonly string[]>,
  ends: Iterable<string>,
): ReadonlySet<string> {
  const parents = new Map<string, string[]>();
  for (const [node, children] of edges) {
    for (const child of children) {
      const known = parents.get(child);
      if (known === undefined) parents.set(child, [node]);
      else known.push(node);
    }
  }
  const found = new Set<string>();
  const open = [...ends];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    for (const parent of parents.get(node) ?? []) open.push(parent);
  }
  return found;
}
