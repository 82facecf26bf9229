import { failureReason } from '@archeio/plain-errors';
import type { Log } from '../log.ts';

/** The outcome of a request to the collector, as the library reports it. */
export interface ExportResult {
  /** 0 for success. */
  readonly code: number;
  readonly error?: Error;
}

/** An exporter of the library. */
interface Exporter<Batch> {
  export(batch: Batch, done: (result: ExportResult) => void): void;
}

/** The answers after which the library tries again, and whose status it does not report. */
const UNAVAILABLE = 'Export failed with retryable status';

function reasonOf(error: Error | undefined): string {
  if (error !== undefined && 'code' in error && typeof error.code === 'number')
    return `the collector answered ${error.code}`;
  if (error?.message === UNAVAILABLE) return 'the collector answered 429, 502, 503 or 504';
  if (error?.message === 'Request timed out') return 'no answer in time';
  return failureReason(error);
}

/** Logs when the exports of a signal begin to fail, and when they succeed again. */
export class ExportLog {
  readonly #signal: 'traces' | 'metrics';
  readonly #log: Pick<Log, 'info' | 'warn'>;
  #fails = false;

  constructor(signal: 'traces' | 'metrics', log: Pick<Log, 'info' | 'warn'>) {
    this.#signal = signal;
    this.#log = log;
  }

  /** Whether the last export failed. */
  get fails(): boolean {
    return this.#fails;
  }

  /** Observes every export of an exporter. @param done called with each outcome */
  watch<Batch>(
    exporter: Exporter<Batch>,
    done: (batch: Batch, isExported: boolean) => void = () => undefined,
  ): void {
    const original = exporter.export.bind(exporter);
    exporter.export = (batch, report) =>
      original(batch, (result) => {
        const isExported = result.code === 0;
        done(batch, isExported);
        this.#take(isExported, result.error);
        report(result);
      });
  }

  #take(isExported: boolean, error: Error | undefined): void {
    if (this.#fails === !isExported) return;
    this.#fails = !isExported;
    const signal = this.#signal;
    if (isExported) this.#log.info('telemetry-exported', { signal });
    else this.#log.warn('telemetry-not-exported', { signal, problem: reasonOf(error) });
  }
}
