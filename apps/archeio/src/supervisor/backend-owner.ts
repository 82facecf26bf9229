import {
  BackendHealth,
  type HealthChange,
  type HealthOptions,
  type ProbeOutcome,
} from '@archeio/backend-health';
import type { Clock } from '@archeio/presence';
import { type Backend, eachInSteps, type Steps } from '@archeio/redirect';
import type { Log } from '../platform/log.ts';
import { type Conditions, encodeCondition } from '../ipc/conditions.ts';
import type { BackendObservation } from '../ipc/ports.ts';
import type { Changes } from './history/changes.ts';

/** Dependencies of an owner. */
export interface BackendOwnerDependencies {
  readonly clock: Clock;
  readonly log: Log;
  /** Records when a backend goes down or up. */
  readonly changes?: Pick<Changes, 'add'> | undefined;
  /** Called with all conditions whenever one has changed. */
  readonly onConditions: (generation: number, conditions: Conditions) => void;
  /** Called with a backend in use when a check for a client fails on it or takes it down. */
  readonly onDoubt?: (backend: number) => void;
}

/** What the last canary with an outcome saw (`status 503`, `timeout`), and how long it took. */
export interface SeenByCanary {
  readonly saw: string;
  readonly tookMs: number;
}

/** Identity of a backend across configurations: its name and address. */
function identityOf(backend: Backend): string {
  const { kind, name, url } = backend;
  return `${kind} ${name} ${url} ${backend.kind === 'store' ? backend.checkUrl : backend.path}`;
}

/** The backends of a generation with their identities. */
export interface NumberedBackends {
  readonly backends: readonly Backend[];
  readonly numbers: ReadonlyMap<string, number>;
  /** Their numbers in the adopted generation; −1 for new ones. */
  readonly before: readonly number[];
}

/** The one owner of the backends' health over all processes and generations; workers have copies of its conditions. */
export class BackendOwner {
  readonly #dependencies: BackendOwnerDependencies;
  #generation = 0;
  #backends: readonly Backend[] = [];
  #numbers: ReadonlyMap<string, number> = new Map();
  #health: BackendHealth | undefined;
  /** By backend. */
  #seen: (SeenByCanary | undefined)[] = [];
  #conditions: Conditions = new Uint8Array();
  /** Time of the next change of a condition that needs no observation. */
  #lookAt = Number.POSITIVE_INFINITY;
  #cancel: () => void = () => undefined;

  constructor(dependencies: BackendOwnerDependencies) {
    this.#dependencies = dependencies;
  }

  /** Finds the backends of the next generation in the adopted one: the slow part of a change. */
  *numbered(backends: readonly Backend[]): Steps<NumberedBackends> {
    const numbers = new Map<string, number>();
    const before: number[] = [];
    yield* eachInSteps(backends, (each, index) => {
      const identity = identityOf(each);
      numbers.set(identity, index);
      before.push(this.#numbers.get(identity) ?? -1);
    });
    return { backends, numbers, before };
  }

  /** Changes to another generation; backends that are the same in both keep their state. */
  adopt(
    generation: number,
    { backends, numbers, before }: NumberedBackends,
    options: HealthOptions,
  ): void {
    this.#health =
      this.#health?.transferred(before, options) ?? new BackendHealth(backends.length, options);
    this.#seen = before.map((number) => this.#seen[number]);
    this.#numbers = numbers;
    this.#generation = generation;
    this.#backends = backends;
    this.#conditions = new Uint8Array(backends.length);
    this.#tellAll(true);
  }

  /** A copy of the current conditions. */
  get conditions(): Conditions {
    return this.#conditions.slice();
  }

  get health(): BackendHealth {
    if (this.#health === undefined) throw new Error('no generation has been adopted');
    return this.#health;
  }

  /** Records a worker's observation. One of another generation is too late and is dropped. */
  observed({ generation, backend, observation, subject, saw }: BackendObservation): void {
    if (generation !== this.#generation) return;
    const now = this.#dependencies.clock.now();
    const change = this.health.observe(backend, observation, subject, now);
    this.#log(backend, change, saw);
    this.#tell(backend);
    const doubted = observation === 'failure' && this.health.state(backend, now) === 'up';
    if (doubted || change?.state === 'down') this.#dependencies.onDoubt?.(backend);
  }

  /** Whether the caller may try the backend again. */
  beginTrial(generation: number, backend: number): boolean {
    if (generation !== this.#generation) return false;
    const begun = this.health.beginTrial(backend, this.#dependencies.clock.now());
    if (begun) this.#tell(backend);
    return begun;
  }

  /** Undefined before the first canary. */
  seen(backend: number): SeenByCanary | undefined {
    return this.#seen[backend];
  }

  /** Records the outcome of a canary. @param tookMs undefined if none was sent */
  probed(backend: number, outcome: ProbeOutcome, saw: string, tookMs?: number): void {
    if (tookMs !== undefined && outcome !== 'nothing') this.#seen[backend] = { saw, tookMs };
    this.#log(backend, this.health.probed(backend, outcome, this.#dependencies.clock.now()), saw);
    this.#tell(backend);
  }

  close(): void {
    this.#cancel();
  }

  /** Recomputes all conditions, for a new generation or as time passes, and reports them if one has changed. */
  #tellAll(always = false): void {
    const now = this.#dependencies.clock.now();
    let changed = always;
    for (let backend = 0; backend < this.#conditions.length; backend++)
      if (this.#look(backend, now)) changed = true;
    if (changed) this.#dependencies.onConditions(this.#generation, this.#conditions.slice());
    this.#cancel();
    this.#lookAt = Number.POSITIVE_INFINITY;
    this.#arm(this.health.nextChange(now), now);
  }

  /** Reports the conditions if that of this backend has changed; an observation cannot change another. */
  #tell(backend: number): void {
    const now = this.#dependencies.clock.now();
    if (this.#look(backend, now))
      this.#dependencies.onConditions(this.#generation, this.#conditions.slice());
    this.#arm(this.health.nextChangeOf(backend, now), now);
  }

  /** Recomputes the condition of a backend and returns whether it has changed. */
  #look(backend: number, now: number): boolean {
    const code = encodeCondition(
      this.health.state(backend, now),
      this.health.canaryFailed(backend),
    );
    const isNew = code !== this.#conditions[backend];
    this.#conditions[backend] = code;
    return isNew;
  }

  /** Schedules the next recomputation; never later than one already scheduled. */
  #arm(next: number, now: number): void {
    if (next >= this.#lookAt) return;
    this.#cancel();
    this.#lookAt = next;
    this.#cancel = this.#dependencies.clock.after(Math.max(1, next - now), () => this.#tellAll());
  }

  #log(backend: number, change: HealthChange | undefined, saw: string): void {
    if (change === undefined) return;
    const { log, changes } = this.#dependencies;
    const { name } = this.#backends[backend];
    const { state } = change;
    const text = `${name} is ${state}: ${change.why.replaceAll('-', ' ')} (${saw})`;
    changes?.add({ kind: 'backend', text, backend: name, state });
    const fields = {
      backend: name,
      why: change.why,
      saw,
      afterMs: change.after && Math.round(change.after),
    };
    if (state === 'up') log.info('backend-up', fields);
    else log.warn('backend-down', fields);
  }
}
