import { type Clock, type Seed, SharedChecks } from '@archeio/presence';
import type { StoreChecker } from '@archeio/content-checks';
import type { Configuration } from '@archeio/configuration';
import type { ClosableSharedMemory } from '../shared/create-shared-memory.ts';
import type { BackendPresenceDependencies } from './backend-presence.ts';
import { type AskedStore, StorePresence } from './store-presence.ts';
import type { PresenceFinding, SupervisorPort } from '../../ipc/ports.ts';
import { type ObserveUpstream, UpstreamPresence } from './upstream-presence.ts';

/** Dependencies of a memory. */
export interface MemoryDependencies {
  readonly clock: Clock;
  readonly seed: Seed;
  /** Number of workers, which share the limits of upstreams. */
  readonly workers: number;
  /** @param timeout milliseconds */
  readonly createChecker: (timeout: number) => StoreChecker;
  readonly supervisor: Pick<SupervisorPort, 'found'>;
  /**
   * Connects to the memory that instances share, if the configuration has one. Without it, nothing is shared.
   *
   * @param budget milliseconds
   */
  readonly openShared?: ((redis: string, budget: number) => ClosableSharedMemory) | undefined;
}

/** Bytes that tell the lease of one check from another. */
const TOKEN_BYTES = 8;

/** What a process remembers of stores and upstreams, and their HTTP client. A reload keeps it if it can. */
export class Memory {
  readonly stores: StorePresence;
  readonly #checker: StoreChecker;
  readonly #presence: BackendPresenceDependencies;
  /** Undefined if nothing is shared with other instances. */
  readonly #shared: ClosableSharedMemory | undefined;
  readonly #dependencies: MemoryDependencies;
  /** Created when a registry first needs it, here or in another process. */
  #upstreams: UpstreamPresence | undefined;
  #observe: ObserveUpstream = () => undefined;

  constructor(options: Configuration['presence'], dependencies: MemoryDependencies) {
    this.#dependencies = dependencies;
    this.#checker = dependencies.createChecker(options.timeout);
    this.#presence = { ...dependencies, options, checker: this.#checker };
    this.#shared =
      options.shared && dependencies.openShared?.(options.shared.redis, options.budget);
    this.stores = new StorePresence({ ...this.#presence, shared: this.#checksOf(options) });
  }

  /** Whether it serves another configuration as well. */
  fits(options: Configuration['presence']): boolean {
    const mine = this.#presence.options;
    return (
      mine.entries === options.entries &&
      mine.presentFor === options.presentFor &&
      mine.absentFor === options.absentFor &&
      mine.budget === options.budget &&
      mine.timeout === options.timeout &&
      mine.shared?.redis === options.shared?.redis
    );
  }

  get upstreams(): UpstreamPresence {
    this.#upstreams ??= new UpstreamPresence({
      ...this.#presence,
      workers: this.#dependencies.workers,
      observe: (...answer) => this.#observe(...answer),
      found: (findings) => this.#dependencies.supervisor.found(findings),
    });
    return this.#upstreams;
  }

  /** From now on asks the stores of another generation, and reports its upstreams' answers. */
  use(stores: ReadonlyMap<number, AskedStore>, observe: ObserveUpstream): void {
    this.stores.use(stores);
    this.#observe = observe;
  }

  /** Remembers what another process found. */
  learn({ at, identity, key, state, size }: PresenceFinding): void {
    if (at === 'store') this.stores.learn(identity, key, { state, size });
    else this.upstreams.learn(identity, key, state);
  }

  /** Number of remembered answers. */
  get entries(): number {
    return this.stores.presence.entries + (this.#upstreams?.presence.entries ?? 0);
  }

  /** Another memory has replaced it: requests may still wait for its checks. */
  retire(): void {
    this.#dependencies.clock.after(this.#presence.options.timeout, () => this.close());
  }

  /** Aborts its checks and closes its connections. */
  close(): void {
    this.#checker.close();
    this.#shared?.close();
  }

  #checksOf(options: Configuration['presence']): SharedChecks | undefined {
    const memory = this.#shared;
    return (
      memory &&
      new SharedChecks({
        memory,
        clock: this.#dependencies.clock,
        wallClock: Date.now,
        token: () => crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)),
        lifetimes: options,
        budget: options.budget,
        counted: (outcome) => memory.checked(outcome),
      })
    );
  }
}
