import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@archeio/presence';
import { backendsOf } from './assemble.ts';
import type { Configuration } from './configuration/configuration.ts';
import { claimPort } from './hub/claim-port.ts';
import { Hub } from './hub/hub.ts';
import { joinLocalWorker } from './hub/local-worker.ts';
import { WorkerProcesses } from './hub/worker-processes.ts';
import type { Log } from './log.ts';

/** A server that answers, until it is stopped. */
export interface RunningServer {
  readonly port: number;
  readonly hub: Hub;
  /** Unready, but accepting for `stop.delay`; then no new connections, and resolves when all are answered. */
  stop(): Promise<'finished' | 'cut'>;
  /** Ends the delay of a stop that is under way. */
  hurry(this: void): void;
}

/** What the outside hands in. */
export interface ServerSurroundings {
  /** A snapshot of the clouds' ranges. */
  readonly ranges: Uint8Array;
  readonly clock: Clock;
  readonly log: Log;
}

/** The workers, wherever they are. */
interface Workers {
  readonly port: number;
  /** Nobody is replaced from now on. */
  stopping(): void;
  /** All are closed: nothing of them is left. */
  end(): void;
}

async function startInProcess(hub: Hub, { clock, log }: ServerSurroundings): Promise<Workers> {
  const worker = await joinLocalWorker(hub, clock, log);
  const { host, port } = hub.generation.configuration.listen;
  return {
    port: await worker.listen(host, port, false),
    stopping: () => undefined,
    end: () => undefined,
  };
}

async function startProcesses(
  hub: Hub,
  { clock, log }: ServerSurroundings,
  count: number,
): Promise<Workers> {
  const { listen } = hub.generation.configuration;
  const { host, port } = await claimPort(listen.host, listen.port);
  const processes = new WorkerProcesses({ count, host, port, hub, clock, log });
  await processes.start();
  return { port, stopping: () => processes.stopping(), end: () => processes.end() };
}

/**
 * Starts a server for a configuration.
 *
 * @throws NodeJS.ErrnoException if the port cannot be had
 */
export async function startServer(
  configuration: Configuration,
  surroundings: ServerSurroundings,
): Promise<RunningServer> {
  const hub = new Hub({ ...surroundings, backendsOf });
  await hub.apply({ configuration, ranges: surroundings.ranges });
  const { processes } = configuration.listen;
  const count = processes === 'auto' ? availableParallelism() : processes;
  const workers =
    count === 1
      ? await startInProcess(hub, surroundings)
      : await startProcesses(hub, surroundings, count);

  const hurried = new AbortController();
  return {
    port: workers.port,
    hub,
    async stop() {
      const { delay, timeout } = hub.generation.configuration.stop;
      workers.stopping();
      for (const worker of hub.workers) worker.announceStop();
      await sleep(delay, undefined, { signal: hurried.signal }).catch(() => undefined);
      const ended = await Promise.all([...hub.workers].map((worker) => worker.close(timeout)));
      workers.end();
      hub.owner.close();
      return ended.includes('cut') ? 'cut' : 'finished';
    },
    hurry: () => hurried.abort(),
  };
}
