import type { RecordCounts } from './read-events.ts';
import type { DependentRow, MoveRow, Totals } from './totals.ts';

/** The result of `archeio compare`, as `--json` prints it. */
export interface Comparison extends Pick<
  Totals,
  | 'all'
  | 'unchanged'
  | 'elsewhere'
  | 'old'
  | 'new'
  | 'notAsRecorded'
  | 'unhealthy'
  | 'first'
  | 'last'
  | 'backends'
  | 'regions'
  | 'moves'
> {
  readonly lines: RecordCounts;
  readonly notKnown: Totals['notKnown'] & {
    readonly by: Totals['notKnownBy'];
    /** By the backend that they would go to if it has the content. */
    readonly ifPresent: readonly DependentRow[];
  };
  /** Host patterns that only the new configuration has. */
  readonly newHosts: readonly string[];
}

/** By bytes, then by requests, the largest first. */
function largestFirst<Row>(
  rows: readonly Row[],
  amountOf: (row: Row) => { readonly bytes: number; readonly requests: number },
): Row[] {
  return rows.toSorted((one, other) => {
    const [a, b] = [amountOf(one), amountOf(other)];
    return b.bytes - a.bytes || b.requests - a.requests;
  });
}

export function comparisonOf(
  totals: Totals,
  lines: RecordCounts,
  newHosts: readonly string[],
): Comparison {
  const { all, unchanged, elsewhere, notKnown, notKnownBy, old, new: next } = totals;
  const { first, last, notAsRecorded, unhealthy } = totals;
  return {
    lines,
    first,
    last,
    all,
    unchanged,
    elsewhere,
    notKnown: {
      ...notKnown,
      by: notKnownBy,
      ifPresent: largestFirst(totals.dependent, (row) => row),
    },
    old,
    new: next,
    notAsRecorded,
    unhealthy,
    newHosts,
    backends: largestFirst(totals.backends, ({ old: before, new: after }) => ({
      bytes: before.bytes + after.bytes,
      requests: before.requests + after.requests,
    })),
    regions: largestFirst(totals.regions, (row) => row.all),
    moves: largestFirst(totals.moves, (row) => row),
  };
}

/** Moves without regard to the region. */
export function movesByBackend(moves: readonly MoveRow[]): MoveRow[] {
  const byWay = new Map<string, MoveRow>();
  for (const move of moves) {
    const key = `${move.from}\n${move.to}`;
    const row = byWay.get(key);
    byWay.set(key, row === undefined ? { ...move, cloud: null, region: null } : sumOf(row, move));
  }
  return largestFirst([...byWay.values()], (row) => row);
}

function sumOf(row: MoveRow, move: MoveRow): MoveRow {
  return {
    ...row,
    requests: row.requests + move.requests,
    bytes: row.bytes + move.bytes,
    unknownSizes: row.unknownSizes + move.unknownSizes,
    old: {
      usd: row.old.usd + move.old.usd,
      unpricedBytes: row.old.unpricedBytes + move.old.unpricedBytes,
    },
    new: {
      usd: row.new.usd + move.new.usd,
      unpricedBytes: row.new.unpricedBytes + move.new.unpricedBytes,
    },
  };
}
