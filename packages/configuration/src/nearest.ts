/** Edit distance: letters changed, removed, inserted or swapped with the next (optimal string alignment). */
function distance(a: string, b: string): number {
  let older: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const next = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let least = Math.min(
        last[column] + 1,
        next[column - 1] + 1,
        last[column - 1] + (same ? 0 : 1),
      );
      const swapped = row > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (column > 1 && swapped) least = Math.min(least, older[column - 2] + 1);
      next.push(least);
    }
    older = last;
    last = next;
  }
  return last[b.length];
}

/** Longer texts are not checked for spelling mistakes. */
const LONGEST = 64;

/** The nearest known spelling, ignoring case; undefined if none is near. */
export function nearest(text: string, known: readonly string[]): string | undefined {
  if (text.length > LONGEST) return undefined;
  const folded = text.toLowerCase();
  let found: string | undefined;
  let least = Math.max(1, Math.floor(text.length / 3)) + 1;
  for (const candidate of known) {
    const steps = distance(folded, candidate.toLowerCase());
    if (steps < least) [found, least] = [candidate, steps];
  }
  return found;
}

/** `: did you mean "…"?`, or nothing. */
export function didYouMean(text: string, known: readonly string[]): string {
  const found = nearest(text, known);
  return found === undefined ? '' : `: did you mean ${JSON.stringify(found)}?`;
}
