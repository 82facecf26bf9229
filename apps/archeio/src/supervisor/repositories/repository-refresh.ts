import { listIdentity, type RepositoryLists, type ListedNames } from '@archeio/request-handler';
import type { Clock } from '@archeio/presence';
import type { Configuration } from '@archeio/configuration';
import type { Log } from '../../platform/log.ts';
import type { ListedUpstream } from './lister.ts';
import { ListingError } from './listing-error.ts';
import { ListSchedule } from './list-schedule.ts';
import type { ListingMethod, ListRepositories } from './list-repositories.ts';

interface RepositoryRefreshOptions {
  readonly registries: Configuration['registries'];
  /** Receives every list. */
  readonly lists: RepositoryLists;
  readonly list: ListRepositories;
  /** Whether the upstream of this name is healthy; healthy ones are asked first. */
  readonly usable: (upstream: string) => boolean;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Log;
  /** Called with the arguments for {@link RepositoryLists.apply} in every other process. */
  readonly onChange?: ((registry: string, names: ListedNames) => void) | undefined;
  /** The refresh of the previous configuration: stopped here; the state of unchanged registries is kept. */
  readonly previous?: RepositoryRefresh | undefined;
}

interface Task {
  readonly registry: string;
  readonly method: ListingMethod;
  readonly upstreams: readonly ListedUpstream[];
  readonly schedule: ListSchedule;
  /** By upstream: when its Retry-After allows the next request. */
  readonly notBefore: Map<string, number>;
  known: boolean;
  running: boolean;
}

/** Keeps the lists of repositories fresh, on behalf of all processes. */
export class RepositoryRefresh {
  /** Without `previous`, which would keep every earlier refresh and its configuration in memory. */
  readonly #options: Omit<RepositoryRefreshOptions, 'registries' | 'previous'>;
  /** By registry, identity of its list and interval: a reload that changes none of them keeps the state. */
  readonly #tasks = new Map<string, Task>();
  readonly #end = new AbortController();
  #nextAt = -Infinity;
  #cancelTimer: () => void = () => {};

  /** Sends no request before the first call of {@link RepositoryRefresh.runDue}. */
  constructor(options: RepositoryRefreshOptions) {
    const { registries, previous, ...rest } = options;
    this.#options = rest;
    previous?.stop();
    const now = options.clock.now();
    for (const registry of registries) {
      const { name, repositories, upstreams } = registry;
      if (repositories === undefined || repositories.from === 'list') continue;
      const { from: method, refreshEvery } = repositories;
      const key = JSON.stringify([name, listIdentity(registry), refreshEvery]);
      const {
        schedule = new ListSchedule(refreshEvery, now),
        notBefore = new Map<string, number>(),
        known = false,
      } = (previous && previous.#tasks.get(key)) ?? {};
      const task = { registry: name, method, upstreams, schedule, notBefore, known };
      this.#tasks.set(key, { ...task, running: false });
    }
  }

  /** Runs due work. Call it once at the start and when a request arrives; costs a comparison if nothing is due. */
  runDue(now: number): void {
    if (now >= this.#nextAt) this.#work(now);
  }

  /** Sends no more requests, and ignores those in progress. */
  stop(): void {
    this.#end.abort();
    this.#cancelTimer();
  }

  #work(now: number): void {
    if (this.#end.signal.aborted) return;
    for (const task of this.#tasks.values()) {
      if (task.schedule.goodUntil <= now) this.#expire(task);
      if (task.schedule.due <= now && !task.running) void this.#refresh(task);
    }
    this.#await(now);
  }

  #await(now: number): void {
    this.#nextAt = Infinity;
    for (const { schedule, running } of this.#tasks.values())
      this.#nextAt = Math.min(this.#nextAt, schedule.goodUntil, running ? Infinity : schedule.due);
    this.#cancelTimer();
    const { clock } = this.#options;
    // A timer that fires a little early is set again.
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

  /** The list of the first upstream that returns one: healthy ones first, then the others, in configured order. */
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
}
