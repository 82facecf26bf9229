import type { Log } from '../platform/log.ts';
import type { MetricsSnapshot } from './metrics-snapshot.ts';
import { requestsOf, sumOf } from './totals.ts';

/** Number of requests between two looks at the share. */
const SAMPLE = 100;

/** Minimum interval between warnings, in milliseconds. */
const WARN_EVERY = 3_600_000;

/**
 * Warns if most requests come through a proxy although the configuration says that none do: all clients then have the
 * proxy's address, and none gets its near store.
 */
export class IgnoredAddresses {
  readonly #log: Log;
  #requests = 0;
  #ignored = 0;
  #nextWarning = Number.NEGATIVE_INFINITY;

  constructor(log: Log) {
    this.#log = log;
  }

  /** @param counted counts since the start @param now milliseconds */
  look(counted: MetricsSnapshot, now: number): void {
    const requests = requestsOf(counted);
    const ignored = sumOf(counted.values.archeio_forwarded_ignored_total);
    const since = requests - this.#requests;
    if (since < SAMPLE) return;
    const ignoredSince = ignored - this.#ignored;
    this.#requests = requests;
    this.#ignored = ignored;
    if (ignoredSince < since / 2 || now < this.#nextWarning) return;
    this.#nextWarning = now + WARN_EVERY;
    this.#log.warn('client-address-ignored', {
      requests: since,
      withHeader: ignoredSince,
      problem:
        'most requests carry X-Forwarded-For or Forwarded, and clientAddress.topology (remote, proxy-protocol) reads neither: every client has the address of the proxy in front; say how requests reach archeio (clientAddress in docs/reference/configuration.md)',
    });
  }
}
