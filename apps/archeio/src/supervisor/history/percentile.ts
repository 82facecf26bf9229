/**
 * A percentile of a histogram, with linear interpolation inside its bucket.
 *
 * @param counts of each bucket, one more than there are bounds
 * @param bounds upper bounds, ascending; the first bucket begins at 0
 * @param share 0 to 1
 * @returns the last bound if it is above all bounds; null without observations
 */
export function percentileOf(
  counts: ArrayLike<number>,
  bounds: readonly number[],
  share: number,
): number | null {
  let total = 0;
  for (let at = 0; at <= bounds.length; at++) total += counts[at];
  if (total === 0) return null;
  const rank = share * total;
  let below = 0;
  for (let at = 0; at < bounds.length; at++) {
    const count = counts[at];
    if (count > 0 && below + count >= rank) {
      const from = at === 0 ? 0 : bounds[at - 1];
      return from + ((bounds[at] - from) * (rank - below)) / count;
    }
    below += count;
  }
  return bounds[bounds.length - 1];
}
