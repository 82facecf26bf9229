const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/**
 * Reads a duration such as `500ms`, `2s`, `10m`, `24h`.
 *
 * @returns milliseconds, or `undefined` if the text is not a duration
 */
export function tryParseDuration(text: string): number | undefined {
  const match = /^(\d{1,9})(ms|s|m|h)$/.exec(text);
  const unit = UNITS.get(match?.[2] ?? '');
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit;
}

/** Formats milliseconds in the largest unit that divides them. */
export function formatDuration(milliseconds: number): string {
  const [unit, size] = [...UNITS].findLast(([, each]) => milliseconds % each === 0) ?? ['ms', 1];
  return `${milliseconds / size}${unit}`;
}
