/** Lines of columns: the first column to the left, the others to the right. */
export function textTable(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  return rows.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at])))
      .join('  ')
      .trimEnd(),
  );
}

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const CENTS = new Intl.NumberFormat('en-US', {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});

/** A number without decimals: `1,234,567`. */
export function formatCount(number: number): string {
  return WHOLE.format(number);
}

/** US dollars: `$1,234.50`. */
export function formatUsd(usd: number): string {
  return `$${CENTS.format(usd)}`;
}

/** A change in US dollars, with its sign: `+$1.50`. */
export function formatUsdChange(usd: number): string {
  const sign = usd < 0 ? '-' : '+';
  return `${sign}${formatUsd(Math.abs(usd))}`;
}

/** A part of a whole: `12.5 %`. */
export function formatShare(part: number, whole: number): string {
  return `${(whole === 0 ? 0 : (100 * part) / whole).toFixed(1)} %`;
}
