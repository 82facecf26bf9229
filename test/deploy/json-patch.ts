/** An operation of a JSON Patch (RFC 6902). */
export interface Operation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

/**
 * Returns a copy of a value after these operations; keys of maps only.
 *
 * @throws Error if an operation does not apply: its parent, or what it replaces or removes, must exist
 */
export function patched(value: object, operations: readonly Operation[]): object {
  const copy = structuredClone(value);
  for (const { op, path, value: next } of operations) {
    const [empty, ...keys] = path
      .split('/')
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = keys.pop();
    let parent: unknown = copy;
    for (const key of keys) parent = isMap(parent) ? parent[key] : undefined;
    if (empty !== '' || last === undefined || !isMap(parent))
      throw new Error(`cannot ${op} ${path}: its parent is not a map`);
    if (op !== 'add' && !(last in parent))
      throw new Error(`cannot ${op} ${path}: it does not exist`);
    if (op === 'remove') delete parent[last];
    else parent[last] = next;
  }
  return copy;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
