import { readFileSync } from 'node:fs';

/**
 * How long the main thread of a process has been ready to run while every core was taken, in milliseconds since it
 * started: what a crowded machine adds to every answer (Linux, /proc/PID/schedstat). 0 on other systems.
 */
export function timeWithoutCore(pid: number): number {
  try {
    const [, nanoseconds] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ');
    return Number(nanoseconds) / 1e6;
  } catch {
    return 0;
  }
}
