import { labelKey, type MetricsSnapshot } from '../../metrics/metrics-snapshot.ts';

/** Why events are dropped (docs/reference/events.md). */
const DROP_REASONS = ['worker-queue', 'slow-reader', 'write-failed', 'stop'] as const;

export type DropReason = (typeof DROP_REASONS)[number];

/** Counts of events since the start. */
export class EventCounts {
  written = 0;
  readonly #dropped: Record<DropReason, number> = {
    'worker-queue': 0,
    'slow-reader': 0,
    'write-failed': 0,
    stop: 0,
  };

  drop(reason: DropReason, events: number): void {
    this.#dropped[reason] += events;
  }

  snapshot(): MetricsSnapshot {
    return {
      values: {
        archeio_events_written_total: { [labelKey([])]: this.written },
        archeio_events_dropped_total: Object.fromEntries(
          DROP_REASONS.map((reason) => [labelKey([reason]), this.#dropped[reason]]),
        ),
      },
      histograms: {},
    };
  }
}
