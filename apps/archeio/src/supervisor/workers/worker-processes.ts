import cluster, { type Worker as ClusterWorker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import type { Prefix } from '@archeio/netip';
import type { Clock } from '@archeio/presence';
import { EMBEDDED, embedded, isExecutable } from '../../platform/embedded.ts';
import { ArcheioError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { RedirectListener } from '../../ipc/ports.ts';
import type { Upkeep } from '../../ipc/channel.ts';
import { failureReason } from '@archeio/plain-errors';
import { isToSupervisor, type ToWorker, WORKER_VARIABLES } from '../../ipc/messages.ts';
import { type Supervisor, WorkerEnded } from '../supervisor.ts';
import { writeLogLine } from '../../platform/standard-output.ts';
import { relayLines } from './relay-lines.ts';
import { RemoteWorker } from './remote-worker.ts';

/** A worker that ends sooner than this after its start is replaced with a delay; milliseconds. */
const TOO_SOON = 2000;

/** As the launcher starts Bun: the directory that Archeio is started in is none of its own. */
const BUN_ARGUMENTS = ['--no-install', '--no-env-file', '--config=/dev/null'];

/** Attempts to start a process during the start of the server. */
const TRIES = 3;

/** The processes that answer requests. */
export interface Crew {
  /** Configured number. */
  readonly wanted: number;
  readonly answering: number;
  /** Number that do not answer: some new connections hang with them until they are killed. */
  readonly silent: number;
  /** Since the start. */
  readonly ends: { readonly crashed: number; readonly silent: number };
  /** Messages to them that were dropped; undefined if the only one is in this process. */
  readonly dropped: number | undefined;
}

interface WorkerProcessesOptions {
  readonly count: number;
  readonly host: string;
  readonly port: number;
  /** Undefined if no port redirects to https. */
  readonly redirect: RedirectListener | undefined;
  /** Returns the peers whose connections begin with a PROXY header. */
  readonly balancers: () => readonly Prefix[] | undefined;
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  readonly log: Log;
  /** Called when some connections begin to hang, and when they no longer do. */
  readonly onImpaired: (impaired: boolean) => void;
}

interface Running {
  readonly process: ClusterWorker;
  readonly worker: RemoteWorker;
  readonly since: number;
  /** Whether it replaces another; {@link WorkerProcesses.start} starts the first ones. */
  readonly replaces: boolean;
  /** Whether it listens on the port. */
  listens: boolean;
  /** Whether it was killed because it did not answer. */
  silent: boolean;
}

/**
 * Worker processes that share a port by SO_REUSEPORT: the kernel distributes connections, and none passes through this
 * process. One that crashes or does not answer is replaced.
 */
export class WorkerProcesses {
  readonly port: number;
  readonly #options: WorkerProcessesOptions;
  readonly #running = new Set<Running>();
  readonly #ends = { crashed: 0, silent: 0 };
  /** Counted for processes that have ended. */
  #dropped = 0;
  #impaired = false;
  #stopping = false;
  /** Whether the processes are killed. */
  #isEnded = false;
  #cancelWatch: () => void = () => undefined;

  constructor(options: WorkerProcessesOptions) {
    this.port = options.port;
    this.#options = options;
    cluster.setupPrimary({
      exec: fileURLToPath(
        embedded(EMBEDDED.workerProcess) ??
          new URL('../../worker/worker-process.mjs', import.meta.url),
      ),
      args: [],
      // The executable would take it for an argument of its own.
      ...(process.versions.bun !== undefined && !isExecutable() && { execArgv: BUN_ARGUMENTS }),
      serialization: 'advanced',
      // One process writes to standard output, so that its lines are never mixed with those of another.
      stdio: ['inherit', 'pipe', 'inherit', 'ipc'],
    });
  }

  /** Resolves when all of them answer requests. @throws Error if one cannot, or `stopping` is aborted meanwhile */
  async start(stopping: AbortSignal): Promise<void> {
    const abandon = (): void => {
      this.stopping();
      this.end();
    };
    stopping.addEventListener('abort', abandon);
    this.#watch();
    try {
      await Promise.all(Array.from({ length: this.#options.count }, () => this.#startFirst()));
    } catch (error) {
      abandon();
      throw error;
    } finally {
      stopping.removeEventListener('abort', abandon);
    }
  }

  /** Stops replacing workers. */
  stopping(): void {
    this.#stopping = true;
  }

  /** Kills the processes, which must be closed. */
  end(): void {
    this.#isEnded = true;
    this.#cancelWatch();
    for (const { process } of this.#running) process.process.kill('SIGKILL');
  }

  /** Passes on a line of a worker's log, unless the log has ended. */
  #relay(line: string): void {
    if (!this.#isEnded) writeLogLine(line);
  }

  crew(): Crew {
    const listening = [...this.#running].filter(({ listens }) => listens);
    const silent = listening.filter(({ worker }) => !worker.answering).length;
    return {
      wanted: this.#options.count,
      answering: listening.length - silent,
      silent,
      ends: { ...this.#ends },
      dropped: [...this.#running].reduce((sum, { worker }) => sum + worker.dropped, this.#dropped),
    };
  }

  /** Checks all of them every second. */
  #watch(): void {
    const { clock } = this.#options;
    this.#cancelWatch = clock.after(1000, () => {
      for (const running of this.#running) this.#lookAfter(running);
      this.#sayImpaired();
      this.#watch();
    });
  }

  #lookAfter(running: Running): void {
    const { process, worker } = running;
    if (worker.second() === 'wait' || running.silent) return;
    running.silent = true;
    const { pid } = process.process;
    this.#options.log.error('worker-silent', { worker: pid, seconds: worker.silentSeconds });
    process.process.kill('SIGKILL');
  }

  #sayImpaired(): void {
    const { silent, answering } = this.crew();
    const impaired = silent > 0 || answering === 0;
    if (impaired === this.#impaired || this.#stopping) return;
    this.#impaired = impaired;
    this.#options.onImpaired(impaired);
  }

  /** @throws ArcheioError if the process ends again and again before it is ready */
  async #startFirst(): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await this.#start(false);
        return;
      } catch (error) {
        if (this.#stopping || !(error instanceof WorkerEnded)) throw error;
        if (tries === TRIES)
          throw new ArcheioError(
            'failed',
            `cannot start: a worker process ended ${TRIES} times before it was ready: ${error.message}`,
          );
      }
    }
  }

  async #start(replaces: boolean): Promise<void> {
    const { supervisor, clock, log, host, port, redirect, count } = this.#options;
    const process = cluster.fork({
      [WORKER_VARIABLES.logLevel]: log.level,
      [WORKER_VARIABLES.workers]: count,
    });
    if (process.process.stdout !== null)
      relayLines(process.process.stdout, (line) => this.#relay(line));
    const worker = new RemoteWorker((message) => send(process, message));
    const running: Running = {
      process,
      worker,
      since: clock.now(),
      replaces,
      listens: false,
      silent: false,
    };
    const portOfSupervisor = supervisor.portFor(() => worker);
    const up = new Promise<void>((resolve, reject) => {
      const ended = (how: string | number): void => {
        if (!this.#running.delete(running)) return;
        worker.ended();
        supervisor.leave(worker);
        reject(new WorkerEnded(`it ended by ${how}`));
        this.#ended(running, how);
      };
      process.on('message', (message: unknown) => {
        if (!isToSupervisor(message)) return;
        worker.receive(message, portOfSupervisor);
        if (message.kind === 'up') resolve();
      });
      process.once('exit', (code, signal) => ended(signal ?? code));
      // A process that could not be started has no exit event.
      process.on('error', (error) => ended(failureReason(error)));
    });
    this.#running.add(running);
    try {
      await up;
      await supervisor.join(worker);
      if (this.#stopping) throw new Error('the server stops');
      await worker.listen(host, port, true, this.#options.balancers());
      if (redirect !== undefined) await worker.listenForRedirects(redirect);
      running.listens = true;
      if (this.#impaired) worker.impaired(true);
      this.#sayImpaired();
    } catch (error) {
      // A process that cannot serve is killed before the next attempt.
      process.process.kill('SIGKILL');
      throw error;
    }
  }

  #ended(
    { process, worker, since, replaces, listens, silent }: Running,
    how: string | number,
  ): void {
    const { log, clock } = this.#options;
    const { pid } = process.process;
    this.#dropped += worker.dropped;
    if (this.#stopping) return;
    this.#ends[silent ? 'silent' : 'crashed']++;
    log.error('worker-ended', { worker: pid, how });
    this.#sayImpaired();
    if (!replaces && !listens) return;
    const lived = clock.now() - since;
    clock.after(lived < TOO_SOON ? TOO_SOON - lived : 0, () => {
      if (this.#stopping) return;
      void this.#start(true).then(
        () => log.info('worker-replaced', { worker: pid }),
        (error: unknown) =>
          log.error('worker-not-replaced', {
            worker: pid,
            message: error instanceof Error ? error.message : String(error),
          }),
      );
    });
  }
}

/** A failed send means that the process has gone: `exit` reports it. */
function send(process: ClusterWorker, message: ToWorker | Upkeep): void {
  if (process.isConnected()) process.send(message, () => undefined);
}
