import type { Clock } from '@archeio/presence';

/**
 * Calls back after a number of seconds of this process's own time: while it is frozen none pass, and when it goes on it
 * handles pending messages before the next one.
 *
 * @returns a function that cancels it
 */
export function afterOwnSeconds(clock: Clock, seconds: number, callback: () => void): () => void {
  let left = seconds;
  let cancel: () => void;
  const wait = (): void => {
    cancel = clock.after(1000, () => {
      if (--left > 0) wait();
      else callback();
    });
  };
  wait();
  return () => cancel();
}
