/** Path to a part of a configuration: keys and indices. */
export type KeyPath = readonly PropertyKey[];

/** Formats a path: `stores[0].near[1].cloud`. */
export function formatKeyPath(path: KeyPath): string {
  return path.reduce<string>(
    (key, step) =>
      typeof step === 'number'
        ? `${key}[${step}]`
        : key === ''
          ? String(step)
          : `${key}.${String(step)}`,
    '',
  );
}
