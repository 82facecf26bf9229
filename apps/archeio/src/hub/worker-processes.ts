import cluster, { type Worker as ClusterWorker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import type { Clock } from '@archeio/presence';
import type { Log } from '../log.ts';
import { isToHub, type ToWorker, WORKER_VARIABLES } from '../worker/messages.ts';
import type { Hub } from './hub.ts';
import { RemoteWorker } from './remote-worker.ts';

/** One that ends sooner than this after its start is not replaced at once: milliseconds. */
const TOO_SOON = 2000;

/** Where and how many. */
export interface WorkerProcessesOptions {
  readonly count: number;
  readonly host: string;
  readonly port: number;
  readonly hub: Hub;
  readonly clock: Clock;
  readonly log: Log;
}

/** A worker's process. */
interface Running {
  readonly process: ClusterWorker;
  readonly worker: RemoteWorker;
  readonly since: number;
}

/**
 * Workers in processes of their own that share a port by SO_REUSEPORT: the kernel deals out connections, and none goes
 * through this process. One that crashes is replaced.
 */
export class WorkerProcesses {
  readonly #options: WorkerProcessesOptions;
  readonly #running = new Set<Running>();
  #stopping = false;

  constructor(options: WorkerProcessesOptions) {
    this.#options = options;
    cluster.setupPrimary({
      exec: fileURLToPath(new URL('../worker/worker-process.mjs', import.meta.url)),
      args: [],
      ...(process.versions.bun !== undefined && { execArgv: ['--no-install'] }),
      serialization: 'advanced',
    });
  }

  /** Resolves when all of them answer requests. @throws Error if one cannot, or `stopping` is aborted meanwhile */
  async start(stopping: AbortSignal): Promise<void> {
    const abandon = (): void => {
      this.stopping();
      this.end();
    };
    stopping.addEventListener('abort', abandon);
    try {
      await Promise.all(Array.from({ length: this.#options.count }, () => this.#start()));
    } catch (error) {
      abandon();
      throw error;
    } finally {
      stopping.removeEventListener('abort', abandon);
    }
  }

  /** Nobody is replaced from now on. */
  stopping(): void {
    this.#stopping = true;
  }

  /** Ends the processes, which have been closed before. */
  end(): void {
    for (const { process } of this.#running) process.process.kill('SIGKILL');
  }

  async #start(): Promise<void> {
    const { hub, clock, log, host, port, count } = this.#options;
    const process = cluster.fork({
      [WORKER_VARIABLES.logLevel]: log.level,
      [WORKER_VARIABLES.workers]: count,
    });
    const worker = new RemoteWorker((message) => send(process, message));
    const running = { process, worker, since: clock.now() };
    const portOfHub = hub.portFor(() => worker);
    const up = new Promise<void>((resolve, reject) => {
      const ended = (how: string | number): void => {
        if (!this.#running.delete(running)) return;
        worker.ended();
        hub.leave(worker);
        reject(new Error(`a worker ended before it was ready (${how})`));
        this.#ended(process, running.since, how);
      };
      process.on('message', (message: unknown) => {
        if (!isToHub(message)) return;
        if (message.kind === 'up') resolve();
        worker.receive(message, portOfHub);
      });
      process.once('exit', (code, signal) => ended(signal ?? code));
      // One that could not be started at all has no exit.
      process.on('error', (error) => ended(error.message));
    });
    this.#running.add(running);
    try {
      await up;
      await hub.join(worker);
      if (this.#stopping) throw new Error('the server stops');
      await worker.listen(host, port);
    } catch (error) {
      // One that cannot serve makes room for the next attempt.
      process.process.kill('SIGKILL');
      throw error;
    }
  }

  #ended({ process: { pid } }: ClusterWorker, since: number, how: string | number): void {
    const { log, clock } = this.#options;
    if (this.#stopping) return;
    log.error('worker-ended', { worker: pid, how });
    const lived = clock.now() - since;
    clock.after(lived < TOO_SOON ? TOO_SOON - lived : 0, () => {
      if (this.#stopping) return;
      void this.#start().then(
        () => log.info('worker-replaced', { worker: pid }),
        (error: unknown) =>
          log.error('worker-not-replaced', { worker: pid, message: String(error) }),
      );
    });
  }
}

/** What cannot be sent has nobody left to read it: its end is told by `exit`. */
function send(process: ClusterWorker, message: ToWorker): void {
  if (process.isConnected()) process.send(message, () => undefined);
}
