import { setTimeout as sleep } from 'node:timers/promises';
import { digest, pull } from '../serving/configurations.ts';

/** How many pulls are in progress at a time. */
const CONCURRENCY = 6;

/** Numbers of blobs that nothing has asked for. */
let next = 1_000_000;

/** The number of a blob that no instance, store or Redis of this process was asked for. */
export function coldBlob(): number {
  return next++;
}

/** One pull of a cold blob. */
export interface ColdPull {
  readonly status: number;
  readonly location: string | null;
  /** Where the store has it. */
  readonly path: string;
  /** Milliseconds. */
  readonly waited: number;
}

export interface ColdLoad {
  /** The pulls that were answered. */
  readonly pulls: readonly ColdPull[];
  /** Errors of those that were not. */
  readonly failed: readonly unknown[];
  stop(): Promise<void>;
}

/** Pulls cold blobs from servers in turn until it is stopped; each blob from all of them at the same moment. */
export function startColdLoad(ports: readonly number[]): ColdLoad {
  const pulls: ColdPull[] = [];
  const failed: unknown[] = [];
  const stop = new AbortController();
  const one = async (port: number, number: number): Promise<void> => {
    try {
      const { status, location, waited } = await pull(port, number);
      pulls.push({ status, location, waited, path: `/${digest(number)}` });
    } catch (error) {
      failed.push(error);
    }
  };
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const number = coldBlob();
      await Promise.all(ports.map((port) => one(port, number)));
      await sleep(5);
    }
  };
  const runs = Array.from({ length: CONCURRENCY }, run);
  return {
    pulls,
    failed,
    async stop() {
      stop.abort();
      await Promise.all(runs);
    },
  };
}
