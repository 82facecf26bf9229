import type { Clock } from '@archeio/presence';
import type { Backend } from '@archeio/redirect';
import type { Configuration } from '../configuration/configuration.ts';
import type { Log } from '../log.ts';
import type {
  BackendObservation,
  Generation,
  HubPort,
  Finding,
  WorkerPort,
} from '../worker/ports.ts';
import { BackendOwner } from './backend-owner.ts';
import type { HubService } from './service.ts';

/** What a hub is made of. */
export interface HubParts {
  readonly clock: Clock;
  readonly log: Log;
  /** The backends as the policy of a generation numbers them. @throws RangeError if it cannot be served */
  readonly backendsOf: (generation: Generation) => readonly Backend[];
  /** Is told of a backend that checks for clients took down. */
  readonly onDown?: (backend: number) => void;
}

/** A worker's process has ended. */
export class WorkerEnded extends Error {
  override readonly name = 'WorkerEnded';
}

/**
 * The owner of what all workers must agree on: the generation that is served, and the health of the backends. What one
 * worker finds out it tells the others.
 */
export class Hub {
  readonly owner: BackendOwner;
  readonly #parts: HubParts;
  readonly #workers = new Set<WorkerPort>();
  #generation: Generation | undefined;
  #applying: Promise<unknown> = Promise.resolve();
  readonly #services: HubService[] = [];

  constructor(parts: HubParts) {
    this.#parts = parts;
    this.owner = new BackendOwner({
      ...parts,
      onDown: (backend) => parts.onDown?.(backend),
      onConditions: (generation, conditions) => {
        for (const worker of this.#workers) worker.conditions(generation, conditions);
      },
    });
  }

  /** @throws Error before the first one */
  get generation(): Generation {
    if (this.#generation === undefined) throw new Error('there is no generation yet');
    return this.#generation;
  }

  get workers(): ReadonlySet<WorkerPort> {
    return this.#workers;
  }

  /** Has something done for all workers, from the first generation on. */
  add(service: HubService): void {
    this.#services.push(service);
  }

  /** A request has arrived: does what is due. Costs next to nothing where nothing is. @param now milliseconds */
  poke(now: number): void {
    for (const service of this.#services) service.poke?.(now);
  }

  close(): void {
    for (const service of this.#services) service.close();
    this.owner.close();
  }

  /** What a worker speaks to; `worker` is that worker, once it is there. */
  portFor(worker: () => WorkerPort): HubPort {
    return {
      observed: (observation: BackendObservation) => this.owner.observed(observation),
      found: (findings: readonly Finding[]) => {
        const from = worker();
        for (const other of this.#workers) if (other !== from) other.found(findings);
      },
      noticed: (notice) => {
        if (notice.generation !== this.#generation?.number) return;
        for (const service of this.#services) service.noticed?.(notice);
      },
      wantsTrial: (generation, backend) => {
        if (this.owner.beginTrial(generation, backend)) worker().tryAgain(generation, backend);
      },
    };
  }

  /**
   * Goes over to another configuration or other ranges: every worker makes ready, then all of them change at once. One
   * change comes after the other.
   *
   * @returns the generation that is served from now on
   * @throws RangeError, SyntaxError if it cannot be served; the one before goes on
   */
  apply(change: {
    readonly configuration?: Configuration;
    readonly ranges?: Uint8Array;
  }): Promise<Generation> {
    const applied = this.#applying.then(() => this.#apply(change));
    this.#applying = applied.catch(() => undefined);
    return applied;
  }

  /** Brings a worker to what the others serve, and counts on it from then on. */
  join(worker: WorkerPort): Promise<void> {
    const joined = this.#applying.then(async () => {
      const { generation } = this;
      await worker.prepare(generation);
      worker.conditions(generation.number, this.owner.conditions);
      worker.use(generation.number);
      this.#workers.add(worker);
      for (const service of this.#services) service.joined?.(worker);
    });
    this.#applying = joined.catch(() => undefined);
    return joined;
  }

  leave(worker: WorkerPort): void {
    if (!this.#workers.delete(worker)) return;
    for (const service of this.#services) service.left?.(worker);
  }

  async #apply(change: {
    configuration?: Configuration;
    ranges?: Uint8Array;
  }): Promise<Generation> {
    const before = this.#generation;
    const configuration = change.configuration ?? before?.configuration;
    const ranges = change.ranges ?? before?.ranges;
    if (configuration === undefined || ranges === undefined)
      throw new Error('the first generation needs a configuration and ranges');
    const generation = { number: (before?.number ?? 0) + 1, configuration, ranges };
    const backends = this.#parts.backendsOf(generation);
    await Promise.all([...this.#workers].map((worker) => this.#prepare(worker, generation)));
    this.#generation = generation;
    this.owner.adopt(generation.number, backends, {
      breaker: configuration.presence.breaker,
      canary: { failures: configuration.health.failures, passes: configuration.health.passes },
    });
    for (const worker of this.#workers) worker.use(generation.number);
    for (const service of this.#services) service.adopt({ ...generation, backends });
    return generation;
  }

  /** One that ends meanwhile is replaced, and then brought to the same generation. */
  async #prepare(worker: WorkerPort, generation: Generation): Promise<void> {
    try {
      await worker.prepare(generation);
    } catch (error) {
      if (!(error instanceof WorkerEnded)) throw error;
    }
  }
}
