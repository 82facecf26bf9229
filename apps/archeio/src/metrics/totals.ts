import { labelsOf, type MetricsSnapshot, type Samples } from './metrics-snapshot.ts';

/** Counts since the start that show at a glance whether all is well. */
export interface Totals {
  /** By rule. */
  readonly decisions: Readonly<Record<string, number>>;
  /** Redirects, by backend. */
  readonly backends: Readonly<Record<string, number>>;
  /** By reason. */
  readonly clientAddressErrors: Readonly<Record<string, number>>;
  /** Internal errors that were answered with the upstream (R12). */
  readonly ownFailures: number;
}

/** The sum of a family's samples, over all labels. */
export function sumOf(samples: Samples<number> = {}): number {
  return Object.values(samples).reduce((sum, count) => sum + count, 0);
}

function sumsBy(label: number, samples: Samples<number> = {}): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [key, value] of Object.entries(samples)) {
    const name = labelsOf(key)[label];
    if (name !== '' && value > 0) sums[name] = (sums[name] ?? 0) + value;
  }
  return Object.fromEntries(
    Object.entries(sums).toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })),
  );
}

/** The totals of one process or of all. */
export function totalsOf({ values }: MetricsSnapshot): Totals {
  return {
    decisions: sumsBy(0, values.archeio_decisions_total),
    backends: sumsBy(2, values.archeio_decisions_total),
    clientAddressErrors: sumsBy(0, values.archeio_client_address_errors_total),
    ownFailures: sumOf(values.archeio_own_failures_total),
  };
}

/** Number of requests that one process or all have answered. */
export function requestsOf({ histograms }: MetricsSnapshot): number {
  return Object.values(histograms.http_server_request_duration_seconds ?? {})
    .flatMap(({ counts }) => counts)
    .reduce((sum, count) => sum + count, 0);
}
