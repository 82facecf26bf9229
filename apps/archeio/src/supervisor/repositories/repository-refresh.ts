import type { Clock } from '@archeio/presence';
import type { Configuration } from '@archeio/configuration';
import type { Log } from '../../platform/log.ts';
import type { ListedUpstream } from './lister.ts';
import { ListingError } from './listing-error.ts';
import { ListSchedule } from './list-schedule.ts';
import type { ListingMethod, ListRepositories } from './list-repositories.ts';
import {
  listIdentity,
  type RepositoryLists,
} from '../../backends/repositories/repository-lists.ts';
import type { ListedNames } from '../../ipc/ports.ts';

export interface RepositoryRefreshOptions {
  readonly registries: Configuration['registries'];
  /** Is told every list; the registries' own. */
  readonly lists: RepositoryLists;
  readonly list: ListRepositories;
  /** Whether an upstream, by its name, is healthy: those that are are asked first. */
  readonly usable: (upstream: string) => boolean;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Log;
  /** Is told what {@link RepositoryLists.apply} of every other process is to be told. */
  readonly onChange?: ((registry: string, names: ListedNames) => void) | undefined;
  /** What ran before a reload, and is stopped: what it knows of a registry that is the same goes on. */
  readonly previous?: RepositoryRefresh | undefined;
}

interface Task {
  readonly registry: string;
  readonly identity: string;
  readonly refreshEvery: number;
  readonly method: ListingMethod;
  readonly upstreams: readonly ListedUpstream[];
  readonly schedule: ListSchedule;
  /** By upstream: when it will be asked again, as its Retry-After said. */
  readonly notBefore: Map<string, number>;
  known: boolean;
  running: boolean;
}

/** Keeps the lists of repositories fresh. One process does, for all. */
export class RepositoryRefresh {
  /** Without `previous`, which would keep every refresh before it, and its configuration, in memory. */
  readonly #options: Omit<RepositoryRefreshOptions, 'registries' | 'previous'>;
  readonly #tasks: readonly Task[];
  readonly #byRegistry: ReadonlyMap<string, Task>;
  readonly #end = new AbortController();
  #nextAt = -Infinity;
  #cancelTimer: () => void = () => {};

  /** Nothing is asked before {@link RepositoryRefresh.runDue} is called for the first time. */
  constructor(options: RepositoryRefreshOptions) {
    const { registries, previous, ...rest } = options;
    this.#options = rest;
    previous?.stop();
    const now = options.clock.now();
    this.#tasks = registries.flatMap((registry) => {
      const { name, repositories, upstreams } = registry;
      if (repositories === undefined || repositories.from === 'list') return [];
      const { from: method, refreshEvery } = repositories;
      const identity = listIdentity(registry);
      const before = previous && previous.#find(name, identity, refreshEvery);
      const schedule = before?.schedule ?? new ListSchedule(refreshEvery, now);
      const notBefore = before?.notBefore ?? new Map<string, number>();
      const known = before?.known ?? false;
      const task = { registry: name, identity, refreshEvery, method, upstreams };
      return [{ ...task, schedule, notBefore, known, running: false }];
    });
    this.#byRegistry = new Map(this.#tasks.map((task) => [task.registry, task]));
  }

  /** Does what is due. To be called once at the start and on the arrival of any request; costs one comparison. */
  runDue(now: number): void {
    if (now >= this.#nextAt) this.#work(now);
  }

  /** Asks nothing any more, and forgets what is under way. */
  stop(): void {
    this.#end.abort();
    this.#cancelTimer();
  }

  #work(now: number): void {
    if (this.#end.signal.aborted) return;
    for (const task of this.#tasks) {
      if (task.schedule.goodUntil <= now) this.#expire(task);
      if (task.schedule.due <= now && !task.running) void this.#refresh(task);
    }
    this.#await(now);
  }

  #await(now: number): void {
    this.#nextAt = Infinity;
    for (const { schedule, running } of this.#tasks)
      this.#nextAt = Math.min(this.#nextAt, schedule.goodUntil, running ? Infinity : schedule.due);
    this.#cancelTimer();
    const { clock } = this.#options;
    // a timer may be a little early, and is then set again
    if (this.#nextAt !== Infinity)
      this.#cancelTimer = clock.after(this.#nextAt - now, () => this.#work(clock.now()));
  }

  async #refresh(task: Task): Promise<void> {
    const { clock, random, log } = this.#options;
    const { registry, schedule } = task;
    task.running = true;
    const names = await this.#list(task);
    task.running = false;
    if (this.#end.signal.aborted) return;
    const now = clock.now();
    if (names === undefined) {
      const waits = task.upstreams.map(({ name }) => task.notBefore.get(name) ?? 0);
      schedule.failed(now, random(), Math.min(...waits));
    } else if (schedule.succeeded(names.size, now, random()) === 'known') {
      if (!task.known) log.info('repositories-known', { registry, repositories: names.size });
      this.#tell(task, [...names]);
    } else {
      log.warn('repositories-not-believed', { registry, repositories: names.size });
      this.#tell(task, null);
    }
    this.#await(now);
  }

  /** The first list that an upstream gives: the healthy ones first, each in the configured order. */
  async #list(task: Task): Promise<ReadonlySet<string> | undefined> {
    const { list, usable, clock, log } = this.#options;
    const { registry, method, upstreams, notBefore } = task;
    const healthy = upstreams.filter(({ name }) => usable(name));
    for (const upstream of new Set([...healthy, ...upstreams])) {
      const { name } = upstream;
      if ((notBefore.get(name) ?? 0) > clock.now()) continue;
      try {
        return await list(method, upstream, this.#end.signal);
      } catch (error) {
        if (this.#end.signal.aborted) return undefined;
        const problem = error instanceof Error ? error.message : String(error);
        log.warn('repositories-not-listed', { registry, upstream: name, problem });
        if (error instanceof ListingError && error.retryAfter !== undefined)
          notBefore.set(name, clock.now() + error.retryAfter);
      }
    }
    return undefined;
  }

  #expire(task: Task): void {
    task.schedule.expired();
    this.#options.log.warn('repositories-too-old', { registry: task.registry });
    this.#tell(task, null);
  }

  #tell(task: Task, names: ListedNames): void {
    const { lists, onChange } = this.#options;
    task.known = names !== null;
    lists.apply(task.registry, names);
    onChange?.(task.registry, names);
  }

  #find(name: string, identity: string, refreshEvery: number): Task | undefined {
    const task = this.#byRegistry.get(name);
    return task?.identity === identity && task.refreshEvery === refreshEvery ? task : undefined;
  }
}
