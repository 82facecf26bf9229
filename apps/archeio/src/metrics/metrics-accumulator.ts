import {
  EMPTY_SNAPSHOT,
  mergeSnapshots,
  type MetricsSnapshot,
  withoutGauges,
} from './metrics-snapshot.ts';

/** The metrics of one process, from its start to its end. */
export interface MetricsSource {
  /** Replaces its earlier report: a process reports all counts since its start. */
  report(snapshot: MetricsSnapshot): void;
  /** The process is gone: its last counters stay, its gauges do not. Later reports are ignored. */
  end(): void;
}

/**
 * The sum over all processes, past ones included, which never decreases: the counts of a process stay when it
 * is replaced. Only counts after its last report are lost.
 */
export class MetricsAccumulator {
  readonly #live = new Map<MetricsSource, MetricsSnapshot>();
  #ended: MetricsSnapshot = EMPTY_SNAPSHOT;

  /** Call it for each started process, replacements included. */
  open(): MetricsSource {
    const source: MetricsSource = {
      report: (snapshot) => {
        if (this.#live.has(source)) this.#live.set(source, snapshot);
      },
      end: () => {
        const last = this.#live.get(source);
        if (last === undefined) return;
        this.#live.delete(source);
        this.#ended = mergeSnapshots([this.#ended, withoutGauges(last)]);
      },
    };
    this.#live.set(source, EMPTY_SNAPSHOT);
    return source;
  }

  total(): MetricsSnapshot {
    return mergeSnapshots([this.#ended, ...this.#live.values()]);
  }
}
