/** Something with keys, of whatever has not been checked yet. */
export type UncheckedRecord = Readonly<Record<string, unknown>>;

/** Whether a value has keys: an object that is no list. */
export function isRecord(value: unknown): value is UncheckedRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands at a key or index of a value that has not been checked; undefined where there is nothing. */
export function childOf(value: unknown, step: PropertyKey): unknown {
  if (Array.isArray(value)) return typeof step === 'number' ? value[step] : undefined;
  return isRecord(value) && typeof step === 'string' && Object.hasOwn(value, step)
    ? value[step]
    : undefined;
}
