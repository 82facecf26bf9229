import { setTimeout as sleep } from 'node:timers/promises';

/** Clock, delay and randomness for waits and retries; milliseconds. */
export interface Timing {
  /** Since any fixed moment. */
  now(): number;
  /** Since 1970. */
  date(): number;
  sleep(milliseconds: number): Promise<void>;
  /** At least 0 and below 1. */
  random(): number;
}

export const MACHINE_TIMING: Timing = Object.freeze({
  now: () => performance.now(),
  date: () => Date.now(),
  sleep: (milliseconds: number) => sleep(milliseconds),
  random: () => Math.random(),
});
