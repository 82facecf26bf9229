import { Worker } from 'node:worker_threads';
import type { Clock } from '@archeio/presence';
import { EMBEDDED, embedded } from '../platform/embedded.ts';

/**
 * How long an idle thread is kept, in milliseconds. Loading its program takes up to 0.4 s of CPU time, several
 * times as long as reading a typical configuration; its memory, some 30 MB, is free again after this time.
 */
export const KEPT_FOR = 30_000;

/** Starts the thread whose program is `reading-thread.ts`. */
export function startReadingThread(): Worker {
  return new Worker(
    embedded(EMBEDDED.readingThread) ?? new URL('./reading-thread.ts', import.meta.url),
  );
}

/** Keeps the thread of one reload for the next, since reloads often come in series. Does not keep the process alive. */
export class KeptThread {
  readonly #clock: Clock;
  readonly #start: () => Worker;
  #idle: { readonly thread: Worker; readonly cancel: () => void } | undefined;
  #closed = false;

  /** @param start replaced in tests */
  constructor(clock: Clock, start: () => Worker = startReadingThread) {
    this.#clock = clock;
    this.#start = start;
  }

  /** The idle thread, or a new one. The caller must {@link keep} or terminate it. */
  take(): Worker {
    const thread = this.#release();
    thread?.ref();
    return thread ?? this.#start();
  }

  /** Keeps a thread that has finished its work, unless there is an idle one already. */
  async keep(thread: Worker): Promise<void> {
    if (this.#closed || this.#idle !== undefined) {
      await thread.terminate();
      return;
    }
    thread.on('error', this.#ended).on('exit', this.#ended);
    thread.unref();
    this.#idle = { thread, cancel: this.#clock.after(KEPT_FOR, () => this.#end()) };
  }

  close(): void {
    this.#closed = true;
    this.#end();
  }

  /** The idle thread ended unexpectedly, for example out of memory: the next reload starts a new one. */
  readonly #ended = (): void => {
    this.#release();
  };

  #end(): void {
    void this.#release()?.terminate();
  }

  #release(): Worker | undefined {
    if (this.#idle === undefined) return undefined;
    const { thread, cancel } = this.#idle;
    this.#idle = undefined;
    cancel();
    thread.off('error', this.#ended).off('exit', this.#ended);
    return thread;
  }
}
