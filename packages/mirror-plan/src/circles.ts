interface Visited {
  readonly node: string;
  readonly number: number;
  /** The lowest number on the path that is reachable from here. */
  lowest: number;
  /** How many of its edges have been followed. */
  followed: number;
}

/**
 * Divides a graph into its strongly connected components; a node that is in no cycle is a group by itself. Edges to
 * unknown nodes are ignored. It does not recurse, so that deep graphs cannot exhaust the stack.
 *
 * R. Tarjan, "Depth-first search and linear graph algorithms", 1972.
 */
export function circlesOf(
  graph: ReadonlyMap<string, readonly string[]>,
): readonly (readonly string[])[] {
  const groups: string[][] = [];
  const visited = new Map<string, Visited>();
  /** Visited nodes without a group yet. */
  const open: string[] = [];
  const isOpen = new Set<string>();
  const path: Visited[] = [];
  const enter = (node: string): void => {
    const entry = { node, number: visited.size, lowest: visited.size, followed: 0 };
    visited.set(node, entry);
    open.push(node);
    isOpen.add(node);
    path.push(entry);
  };
  const leave = (entry: Visited): void => {
    path.pop();
    const parent = path.at(-1);
    if (parent !== undefined) parent.lowest = Math.min(parent.lowest, entry.lowest);
    if (entry.lowest !== entry.number) return;
    const group = open.splice(open.lastIndexOf(entry.node));
    for (const node of group) isOpen.delete(node);
    groups.push(group);
  };
  for (const start of graph.keys()) {
    if (visited.has(start)) continue;
    enter(start);
    for (let entry = path.at(-1); entry !== undefined; entry = path.at(-1)) {
      const next = graph.get(entry.node)?.[entry.followed++];
      if (next === undefined) leave(entry);
      else if (!visited.has(next)) {
        if (graph.has(next)) enter(next);
      } else if (isOpen.has(next))
        entry.lowest = Math.min(entry.lowest, visited.get(next)?.number ?? 0);
    }
  }
  return groups;
}
