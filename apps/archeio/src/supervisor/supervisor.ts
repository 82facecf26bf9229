import type { Clock } from '@archeio/presence';
import type { Backend, Steps } from '@archeio/redirect';
import type { ServedConfiguration } from '@archeio/configuration';
import { inTurns, type Turn } from '../platform/in-turns.ts';
import type { Log } from '../platform/log.ts';
import type {
  BackendObservation,
  Generation,
  SupervisorPort,
  PresenceFinding,
  WorkerPort,
} from '../ipc/ports.ts';
import { BackendOwner } from './backend-owner.ts';
import type { Changes } from './history/changes.ts';
import { afterOwnSeconds } from './own-seconds.ts';
import type { SupervisorService } from './service.ts';

/** Milliseconds between looks at what is due on arrival of requests; no service needs to be more punctual. */
const LOOK_EVERY = 100;

/**
 * How long workers may take to make a generation ready, in seconds of this process's own time. One that answers
 * nothing at all is killed earlier.
 */
export const READY_WITHIN = 40;

/** Dependencies of a supervisor. */
export interface SupervisorDependencies {
  readonly clock: Clock;
  readonly log: Log;
  /** Records when a backend goes down or up. */
  readonly changes?: Pick<Changes, 'add'> | undefined;
  /** The backends as the policy of a generation numbers them. @throws RangeError if it cannot be served */
  readonly backendsOf: (generation: Generation) => Steps<readonly Backend[]>;
  /** Between pieces of work; the event loop's by default. */
  readonly turn?: Turn;
  /** Called with a backend when a check for a client fails on it. */
  readonly onDoubt?: (backend: number) => void;
}

/** A worker's process has ended. */
export class WorkerEnded extends Error {
  override readonly name = 'WorkerEnded';
}

/** A worker answers, but has not made a generation ready in time: the configuration is not at fault. */
export class NotReadyInTime extends Error {
  override readonly name = 'NotReadyInTime';

  constructor() {
    super(`a worker was not ready for it within ${READY_WITHIN} s`);
  }
}

/** Waits for all workers. One that ends meanwhile is replaced, and its replacement gets the same generation. */
async function forAll(
  workers: Iterable<WorkerPort>,
  act: (worker: WorkerPort) => Promise<void>,
): Promise<void> {
  await Promise.all(
    Array.from(workers, async (worker) => {
      try {
        await act(worker);
      } catch (error) {
        if (!(error instanceof WorkerEnded)) throw error;
      }
    }),
  );
}

/** Owns what all workers share: the generation in use and the health of the backends. Passes on each worker's findings. */
export class Supervisor {
  readonly owner: BackendOwner;
  readonly #dependencies: SupervisorDependencies;
  readonly #workers = new Set<WorkerPort>();
  readonly workers: ReadonlySet<WorkerPort> = this.#workers;
  #generation: Generation | undefined;
  #applying: Promise<unknown> = Promise.resolve();
  readonly #services: SupervisorService[] = [];
  #nextLook = 0;

  constructor(dependencies: SupervisorDependencies) {
    this.#dependencies = dependencies;
    this.owner = new BackendOwner({
      ...dependencies,
      onDoubt: (backend) => dependencies.onDoubt?.(backend),
      onConditions: (generation, conditions) => {
        for (const worker of this.#workers) worker.conditions(generation, conditions);
      },
    });
  }

  /** @throws Error before the first generation */
  get generation(): Generation {
    if (this.#generation === undefined) throw new Error('there is no generation yet');
    return this.#generation;
  }

  /** Adds a service, before the first generation. */
  add(service: SupervisorService): void {
    this.#services.push(service);
  }

  /** Runs due work when a request arrives. Costs one comparison between looks. @param now milliseconds */
  runDue(now: number): void {
    if (now < this.#nextLook) return;
    this.#nextLook = now + LOOK_EVERY;
    for (const service of this.#services) service.runDue?.(now);
  }

  close(): void {
    for (const service of this.#services) service.close();
    this.owner.close();
  }

  /** The port for a worker; `worker` returns that worker once it exists. */
  portFor(worker: () => WorkerPort): SupervisorPort {
    return {
      observed: (observation: BackendObservation) => {
        this.owner.observed(observation);
        for (const service of this.#services) service.observed?.(observation);
      },
      found: (findings: readonly PresenceFinding[]) => {
        const from = worker();
        for (const other of this.#workers) if (other !== from) other.found(findings);
        for (const service of this.#services) service.found?.(findings);
      },
      noticed: (notice) => {
        if (notice.generation !== this.#generation?.number) return;
        for (const service of this.#services) service.noticed?.(notice);
      },
      wantsTrial: (generation, backend) => {
        if (this.owner.beginTrial(generation, backend)) worker().tryAgain(generation, backend);
      },
      events: (batch) => {
        for (const service of this.#services) service.events?.(batch);
        worker().eventsTaken();
      },
    };
  }

  /**
   * Changes the configuration or the ranges: every worker prepares, then all of them switch together. Changes are
   * applied one after the other.
   *
   * @returns the new generation
   * @throws RangeError, SyntaxError if it cannot be served; the generation in use stays in use
   * @throws NotReadyInTime if a worker is not ready in time; the generation in use stays in use
   */
  apply(change: {
    readonly configuration?: ServedConfiguration;
    readonly ranges?: Uint8Array;
  }): Promise<Generation> {
    const applied = this.#applying.then(() => this.#apply(change));
    this.#applying = applied.catch(() => undefined);
    return applied;
  }

  /** Brings a worker to the generation in use and adds it to the others. */
  join(worker: WorkerPort): Promise<void> {
    const joined = this.#applying.then(async () => {
      const { generation } = this;
      await this.#inTime(worker.prepare(generation));
      worker.conditions(generation.number, this.owner.conditions);
      const used = worker.use(generation.number);
      this.#workers.add(worker);
      for (const service of this.#services) service.joined?.(worker);
      await used;
    });
    this.#applying = joined.catch(() => undefined);
    return joined;
  }

  leave(worker: WorkerPort): void {
    if (!this.#workers.delete(worker)) return;
    for (const service of this.#services) service.left?.(worker);
  }

  /** @throws NotReadyInTime */
  async #inTime(ready: Promise<void>): Promise<void> {
    const late = Promise.withResolvers<never>();
    const cancel = afterOwnSeconds(this.#dependencies.clock, READY_WITHIN, () =>
      late.reject(new NotReadyInTime()),
    );
    try {
      await Promise.race([ready, late.promise]);
    } finally {
      cancel();
    }
  }

  async #apply(change: Parameters<Supervisor['apply']>[0]): Promise<Generation> {
    const before = this.#generation;
    const configuration = change.configuration ?? before?.configuration;
    const ranges = change.ranges ?? before?.ranges;
    if (configuration === undefined || ranges === undefined)
      throw new Error('the first generation needs a configuration and ranges');
    const generation = { number: (before?.number ?? 0) + 1, configuration, ranges };
    const { backendsOf, turn } = this.#dependencies;
    const backends = await inTurns(backendsOf(generation), turn);
    const numbered = await inTurns(this.owner.numbered(backends), turn);
    await this.#inTime(forAll(this.#workers, (worker) => worker.prepare(generation)));
    this.#generation = generation;
    this.owner.adopt(generation.number, numbered, {
      breaker: configuration.presence.breaker,
      canary: { failures: configuration.health.failures, passes: configuration.health.passes },
    });
    const used = forAll(this.#workers, (worker) => worker.use(generation.number));
    for (const service of this.#services) service.adopt({ ...generation, backends });
    await used;
    return generation;
  }
}
