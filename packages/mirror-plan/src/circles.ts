interface Visited {
  readonly node: string;
  readonly number: number;
  /** The lowest number on the path that is reachable from here. */
  lowest: number;
  /** How many of its edges have been followed. */
  followed: number;
  /** Whether it has no group yet. */
  isOpen: boolean;
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
  const open: Visited[] = [];
  const path: Visited[] = [];
  const enter = (node: string): void => {
    const number = visited.size;
    const entry = { node, number, lowest: number, followed: 0, isOpen: true };
    visited.set(node, entry);
    open.push(entry);
    path.push(entry);
  };
  const leave = (entry: Visited): void => {
    path.pop();
    const parent = path.at(-1);
    if (parent !== undefined) parent.lowest = Math.min(parent.lowest, entry.lowest);
    if (entry.lowest !== entry.number) return;
    const group = open.splice(open.lastIndexOf(entry));
    for (const each of group) each.isOpen = false;
    groups.push(group.map((each) => each.node));
  };
  for (const start of graph.keys()) {
    if (visited.has(start)) continue;
    enter(start);
    for (let entry = path.at(-1); entry !== undefined; entry = path.at(-1)) {
      const next = graph.get(entry.node)?.[entry.followed++];
      if (next === undefined) {
        leave(entry);
        continue;
      }
      const known = visited.get(next);
      if (known?.isOpen) entry.lowest = Math.min(entry.lowest, known.number);
      else if (known === undefined && graph.has(next)) enter(next);
    }
  }
  return groups;
}
