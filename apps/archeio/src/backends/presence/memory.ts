import type { Clock, Seed } from '@archeio/presence';
import type { Upstream } from '@archeio/redirect';
import type { StoreAnswer, StoreChecker } from '../client/store-checker.ts';
import type { Configuration } from '@archeio/configuration';
import { StorePresence } from './store-presence.ts';
import type { PresenceFinding } from '../../ipc/ports.ts';
import { UpstreamMemory } from './upstream-memory.ts';

/** Dependencies of a memory. */
export interface MemoryParts {
  readonly clock: Clock;
  readonly seed: Seed;
  /** How many processes have a memory. */
  readonly workers: number;
  /** Makes what asks backends, with a time-out in milliseconds. */
  readonly createChecker: (timeout: number) => StoreChecker;
  /** Called with each answer of an upstream. */
  readonly observe: (upstream: Upstream, answer: StoreAnswer, digest: string) => void;
  /** Called with what upstreams were found to have. */
  readonly found: (findings: readonly PresenceFinding[]) => void;
}

/** What a process remembers of contents in stores and upstreams, and what asks them. A reload keeps it if it can. */
export class Memory {
  readonly stores: StorePresence;
  readonly #checker: StoreChecker;
  /** Made when a registry first wants it, here or in another process. */
  #upstreams: UpstreamMemory | undefined;
  readonly #options: Configuration['presence'];
  readonly #parts: MemoryParts;

  constructor(options: Configuration['presence'], parts: MemoryParts) {
    this.#options = options;
    this.#parts = parts;
    this.#checker = parts.createChecker(options.timeout);
    this.stores = new StorePresence(options, this.#checker, parts.clock, parts.seed);
  }

  /** Whether it serves another configuration as well. */
  fits(options: Configuration['presence']): boolean {
    const mine = this.#options;
    return (
      mine.entries === options.entries &&
      mine.presentFor === options.presentFor &&
      mine.absentFor === options.absentFor &&
      mine.budget === options.budget &&
      mine.timeout === options.timeout
    );
  }

  get upstreams(): UpstreamMemory {
    this.#upstreams ??= new UpstreamMemory({
      ...this.#parts,
      presence: this.#options,
      checker: this.#checker,
    });
    return this.#upstreams;
  }

  /** Remembers what another process found out. */
  learn({ at, identity, key, state, size }: PresenceFinding): void {
    if (at === 'store') this.stores.learn(identity, key, { state, size });
    else this.upstreams.learn(identity, key, state);
  }

  /** How many answers are remembered. */
  get entries(): number {
    return this.stores.entries + (this.#upstreams?.entries ?? 0);
  }

  /** Another one has taken its place: what is under way with it may still be waited for. */
  retire(): void {
    this.#parts.clock.after(this.#options.timeout, () => this.close());
  }

  /** Ends what is under way, and closes connections. */
  close(): void {
    this.#checker.close();
  }
}
