import type { Clock } from '@archeio/presence';

/**
 * The clock of an isolate. It stands still while code runs, and may be set back: this one never goes back. A timer belongs
 * to the request that sets it, and ends with that request.
 *
 * @param now milliseconds since 1970
 */
export function edgeClock(now: () => number): Clock {
  let last = 0;
  return Object.freeze({
    now: () => (last = Math.max(last, now())),
    after(milliseconds: number, callback: () => void): () => void {
      const timer = setTimeout(callback, Math.ceil(milliseconds));
      return () => clearTimeout(timer);
    },
  });
}
