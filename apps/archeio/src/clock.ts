import type { Clock } from '@archeio/presence';

/** The machine's monotonic clock and timers. A timer does not keep the process alive. */
export const MONOTONIC_CLOCK: Clock = Object.freeze({
  now: () => performance.now(),
  after(milliseconds: number, callback: () => void): () => void {
    const timer = setTimeout(callback, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
});
