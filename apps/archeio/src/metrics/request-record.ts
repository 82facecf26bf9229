import type { Clock } from '@archeio/presence';
import { FAMILIES } from './families.ts';
import { Histograms } from './histograms.ts';

/** As the semantic conventions of OpenTelemetry have it: methods that are not served count as one. */
const METHODS = ['GET', 'HEAD', '_OTHER'];
/** More than any status code. */
const STATUSES = 600;

/** Counts requests and how long their answers took. */
export class RequestRecord {
  readonly #clock: Clock;
  readonly #durations = new Histograms(FAMILIES.http_server_request_duration_seconds.bounds);
  /** By method and status, the slot + 1; 0 where there is none yet. */
  readonly #slots = new Int32Array(METHODS.length * STATUSES);
  #active = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A request has arrived; returns when, for {@link end}. */
  begin(): number {
    this.#active++;
    return this.#clock.now();
  }

  /**
   * Its answer has been handed over. To be called once for each {@link begin}.
   *
   * @param status 100 to 599
   * @param began what `begin` returned
   */
  end(method: string, status: number, began: number): void {
    this.#active--;
    const number = method === 'GET' ? 0 : method === 'HEAD' ? 1 : 2;
    const index = number * STATUSES + status;
    if (this.#slots[index] === 0)
      this.#slots[index] = 1 + this.#durations.slot([METHODS[number], String(status)]);
    this.#durations.observe(this.#slots[index] - 1, (this.#clock.now() - began) / 1000);
  }

  /** Requests that have begun and not ended. */
  get active(): number {
    return this.#active;
  }

  /** The durations, in seconds. */
  durations(): ReturnType<Histograms['snapshot']> {
    return this.#durations.snapshot();
  }
}
