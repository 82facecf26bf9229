import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';

/** Spans of a process since its start, by what became of them. */
export interface SpanCounts {
  /** The collector accepted them. */
  exported: number;
  /** It did not. */
  failed: number;
  /** Too many were waiting for it. */
  dropped: number;
}

/** Passes spans on while fewer than a limit wait for their export, those that are being sent included; drops all others. */
export class BoundedSpans implements SpanProcessor {
  readonly counts: SpanCounts = { exported: 0, failed: 0, dropped: 0 };
  readonly #next: SpanProcessor;
  readonly #most: number;
  #waiting = 0;

  constructor(next: SpanProcessor, most: number) {
    this.#next = next;
    this.#most = most;
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (this.#waiting >= this.#most) {
      this.counts.dropped++;
      return;
    }
    this.#waiting++;
    this.#next.onEnd(span);
  }

  /** Spans have been sent, with or without success. */
  sent(spans: number, isExported: boolean): void {
    this.#waiting -= spans;
    if (isExported) this.counts.exported += spans;
    else this.counts.failed += spans;
  }

  forceFlush(): Promise<void> {
    return this.#next.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#next.shutdown();
  }
}
