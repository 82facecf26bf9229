import {
  EMPTY_SNAPSHOT,
  mergeSnapshots,
  type MetricsSnapshot,
  withoutGauges,
} from './metrics-snapshot.ts';

/** One process that counts, from its start to its end. */
export interface MetricsSource {
  /** Takes the place of what it reported before: a process reports all it has counted since its start. */
  report(snapshot: MetricsSnapshot): void;
  /** The process is gone: what it counted last stays, its gauges do not. Later reports are ignored. */
  end(): void;
}

/**
 * The sum over all processes that count or have counted, which never goes down: what a process counted stays when it
 * is replaced. Only what it counted after its last report is lost with it.
 */
export class MetricsAccumulator {
  readonly #live = new Map<MetricsSource, MetricsSnapshot>();
  #ended: MetricsSnapshot = EMPTY_SNAPSHOT;

  /** To be called for each process that is started, also for one that takes the place of another. */
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
