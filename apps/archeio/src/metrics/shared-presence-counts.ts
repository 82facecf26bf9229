import type { SharedMemory, SharedOutcome } from '@archeio/presence';
import { Counters } from './counters.ts';
import { FAMILIES } from './families.ts';
import { Histograms } from './histograms.ts';
import { EMPTY_SNAPSHOT, labelKey, type MetricsSnapshot } from './metrics-snapshot.ts';

/** Why a call to the shared memory failed, or was not made. */
export type SharedFailure = 'timeout' | 'error' | 'disconnected' | 'busy' | 'not-written';

/** Counts of presence that is shared with other instances. */
export class SharedPresenceCounts {
  readonly #checks = new Counters();
  readonly #errors = new Counters();
  readonly #durations = new Histograms(FAMILIES.archeio_presence_shared_duration_seconds.bounds);
  /** The memories in use. A reload may open another one before it closes this one. */
  readonly #memories = new Set<Pick<SharedMemory, 'available'>>();

  opened(memory: Pick<SharedMemory, 'available'>): void {
    this.#memories.add(memory);
  }

  closed(memory: Pick<SharedMemory, 'available'>): void {
    this.#memories.delete(memory);
  }

  checked(outcome: SharedOutcome): void {
    this.#checks.add(this.#checks.slot([outcome]), 1);
  }

  failed(reason: SharedFailure): void {
    this.#errors.add(this.#errors.slot([reason]), 1);
  }

  /** Counts a round trip and its duration in milliseconds. */
  answered(milliseconds: number): void {
    this.#durations.observe(this.#durations.slot([]), milliseconds / 1000);
  }

  /** Empty while the configuration has no shared memory. */
  snapshot(): MetricsSnapshot {
    const memory = [...this.#memories].at(-1);
    if (memory === undefined) return EMPTY_SNAPSHOT;
    return {
      values: {
        archeio_presence_shared_checks_total: this.#checks.snapshot(),
        archeio_presence_shared_errors_total: this.#errors.snapshot(),
        archeio_presence_shared_processes: {
          [labelKey(['connected'])]: memory.available ? 1 : 0,
          [labelKey(['disconnected'])]: memory.available ? 0 : 1,
        },
      },
      histograms: { archeio_presence_shared_duration_seconds: this.#durations.snapshot() },
    };
  }
}
