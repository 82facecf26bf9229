import type { Clock } from './clock.ts';

/** A runtime's timer that is set for longer comes at once, in milliseconds. */
const LONGEST = 2 ** 31 - 1;

/**
 * The machine's monotonic clock and timers. A timer does not keep the process alive, and never comes before its time:
 * the runtimes' own drop fractions and count from the beginning of a turn of the event loop, so that what is due by
 * `now()` would not be due yet when they call.
 */
export const MONOTONIC_CLOCK: Clock = Object.freeze({
  now: () => performance.now(),
  after(milliseconds: number, callback: () => void): () => void {
    const due = performance.now() + milliseconds;
    let timer: ReturnType<typeof setTimeout>;
    const wait = (left: number): void => {
      timer = setTimeout(
        () => {
          const early = due - performance.now();
          if (early > 0) wait(early);
          else callback();
        },
        Math.min(Math.ceil(left), LONGEST),
      );
      timer.unref();
    };
    wait(milliseconds);
    return () => clearTimeout(timer);
  },
});
