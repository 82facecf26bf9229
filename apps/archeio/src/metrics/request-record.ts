import type { Clock } from '@archeio/presence';
import { FAMILIES } from './families.ts';
import { Histograms } from './histograms.ts';

/** As in the semantic conventions of OpenTelemetry, unsupported methods count as one. */
const METHODS = ['GET', 'HEAD', '_OTHER'];
/** More than any status code. */
const STATUSES = 600;

/** Counts requests and measures the time to their answers. */
export class RequestRecord {
  readonly #clock: Clock;
  readonly #durations = new Histograms(FAMILIES.http_server_request_duration_seconds.bounds);
  /** By method and status, the slot + 1; 0 if there is none yet. */
  readonly #slots = new Int32Array(METHODS.length * STATUSES);
  /** Number of requests in progress. */
  active = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Records the arrival of a request and returns its time, for {@link end}. */
  begin(): number {
    this.active++;
    return this.#clock.now();
  }

  /**
   * Records that the answer has been handed over. Call it once for each {@link begin}.
   *
   * @param status 100 to 599
   * @param began the result of `begin`
   * @returns milliseconds between the two
   */
  end(method: string, status: number, began: number): number {
    this.active--;
    const number = method === 'GET' ? 0 : method === 'HEAD' ? 1 : 2;
    const index = number * STATUSES + status;
    if (this.#slots[index] === 0)
      this.#slots[index] = 1 + this.#durations.slot([METHODS[number], String(status)]);
    const milliseconds = this.#clock.now() - began;
    this.#durations.observe(this.#slots[index] - 1, milliseconds / 1000);
    return milliseconds;
  }

  /** The durations, in seconds. */
  durations(): ReturnType<Histograms['snapshot']> {
    return this.#durations.snapshot();
  }
}
