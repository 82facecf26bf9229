/** Methods that look at one thing, and those that walk along a whole list. */
const SINGLE: readonly (readonly [object, readonly PropertyKey[]])[] = [
  [String.prototype, ['endsWith', 'startsWith', 'toLowerCase', 'localeCompare', 'split']],
  [Map.prototype, ['get', 'has', 'set']],
  [Set.prototype, ['has', 'add']],
];
const WALKS: readonly PropertyKey[] = [
  'every',
  'filter',
  'find',
  'findIndex',
  'flatMap',
  'forEach',
  'includes',
  'indexOf',
  'map',
  'reduce',
  'some',
  Symbol.iterator,
];

/**
 * Counts what a piece of work does: calls of strings, maps and sets, and the entries of the lists that it walks along. It
 * grows as the work does, whatever the machine is doing meanwhile.
 */
export function countedOperations(work: () => void): number {
  let count = 0;
  const restore: (() => void)[] = [];
  const replace = (owner: object, name: PropertyKey, costOf: (self: unknown) => number): void => {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    const original: unknown = descriptor?.value;
    if (descriptor === undefined || typeof original !== 'function') return;
    Object.defineProperty(owner, name, {
      ...descriptor,
      value: function counted(this: unknown, ...args: unknown[]): unknown {
        count += costOf(this);
        return Reflect.apply(original, this, args);
      },
    });
    restore.push(() => Object.defineProperty(owner, name, descriptor));
  };
  for (const [owner, names] of SINGLE) for (const name of names) replace(owner, name, () => 1);
  for (const name of WALKS)
    replace(Array.prototype, name, (self) => (Array.isArray(self) ? self.length : 1));
  try {
    work();
  } finally {
    for (let at = restore.length - 1; at >= 0; at--) restore[at]();
  }
  return count;
}
