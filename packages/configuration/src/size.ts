const UNITS: ReadonlyMap<string, number> = new Map(
  ['B', 'KiB', 'MiB', 'GiB', 'TiB'].map((unit, power) => [unit, 1024 ** power]),
);

/**
 * Reads a size such as `64KiB`, `5MiB`, `1GiB` (IEC 80000-13 units).
 *
 * @returns bytes, or `undefined` if the text is not a size
 */
export function tryParseSize(text: string): number | undefined {
  const match = /^(\d{1,9})([KMGT]iB|B)$/.exec(text);
  const unit = UNITS.get(match?.[2] ?? '');
  if (match === null || unit === undefined) return undefined;
  const bytes = Number(match[1]) * unit;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
