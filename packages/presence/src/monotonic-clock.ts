import type { Clock } from './clock.ts';

/** Milliseconds. A runtime's timer for a longer time fires at once. */
const LONGEST = 2 ** 31 - 1;

/**
 * The machine's monotonic clock and timers. A timer does not keep the process alive, and never fires early: the
 * runtimes' own timers drop fractions and count from the start of an event loop turn, so that something due by `now()`
 * might not be due yet when they fire.
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
