import { BackendHealth } from '@archeio/backend-health';
import { type CheckResult, type Clock, Presence, type Seed } from '@archeio/presence';
import {
  type Backend,
  type HealthCheck,
  type Policy,
  type Presence as PresenceOfBlob,
  type Snapshot,
  type Store,
} from '@archeio/redirect';
import { observationOf, presenceOf, type StoreChecker } from './check/index.ts';
import type { Configuration } from './configuration/configuration.ts';
import { digestKeys } from './digest-keys.ts';
import type { WantedUpstream } from './front.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Log } from './log.ts';

/** Unknown answers are asked again after so many milliseconds (docs/request-handling.md). */
const UNKNOWN_FOR = 10_000;

/** What the states are made of. */
export interface BackendStatesParts {
  readonly policy: Policy;
  readonly configuration: Configuration;
  readonly checker: StoreChecker;
  readonly lifecycle: Lifecycle;
  readonly clock: Clock;
  readonly seed: Seed;
  readonly log: Log;
}

/** Everything that changes while archeio runs, as the policy sees it, and the asking that changes it. */
export class BackendStates implements Snapshot {
  readonly #health: BackendHealth;
  readonly #presence: Presence<string>;
  readonly #options: Configuration['stores'];
  readonly #parts: BackendStatesParts;

  constructor(parts: BackendStatesParts) {
    const { policy, configuration, clock, seed } = parts;
    const { presence, stores } = configuration;
    this.#parts = parts;
    this.#options = stores.filter(({ enabled }) => enabled);
    this.#health = new BackendHealth(policy.backends.length, presence.breaker);
    this.#presence = new Presence({
      spaces: Math.max(1, policy.stores.length),
      keys: digestKeys(presence.entries),
      check: (space, digest) => this.#check(policy.stores[space], digest),
      clock,
      seed,
      lifetimes: {
        presentFor: presence.presentFor,
        absentFor: presence.absentFor,
        unknownFor: UNKNOWN_FOR,
      },
      budget: presence.budget,
    });
  }

  healthy(check: HealthCheck): boolean {
    return this.#parts.lifecycle.healthy(check);
  }

  condition(backend: Backend): 'up' | 'down' | 'trial' {
    switch (this.#health.state(backend.index, this.#parts.clock.now())) {
      case 'closed':
        return 'up';
      case 'open':
        return 'down';
      case 'trial':
        return 'trial';
    }
  }

  presence(store: Store, digest: string): PresenceOfBlob {
    if (this.#options[store.index].check === 'none') return 'present';
    return this.#presence.lookup(store.index, digest);
  }

  /** R9a, R12a: nothing is known of what an upstream has. */
  upstreamHas(): PresenceOfBlob {
    return 'unknown';
  }

  /** No list of repositories is had. */
  isRepository(): boolean {
    return true;
  }

  /** The blob's size in bytes, or −1 where the store has not said it. */
  sizeOf(store: Store, digest: string): number {
    return this.#presence.sizeOf(store.index, digest);
  }

  /** How many answers are remembered. */
  get entries(): number {
    return this.#presence.entries;
  }

  /** Asks the stores for a blob; resolves within the budget, whatever they do, and never rejects. */
  ask(stores: readonly Store[], digest: string): Promise<void> {
    return this.#presence.ask(
      stores.map(({ index }) => index),
      digest,
    );
  }

  /** Asks a store behind the answer: what is known is old, or its breaker is due for a trial. */
  recheck(store: Store, digest: string): void {
    const { index } = store;
    const now = this.#parts.clock.now();
    if (this.#health.state(index, now) === 'trial' && !this.#health.beginTrial(index, now)) return;
    this.#presence.check(index, digest);
  }

  /** R9a, R12a: asks an upstream for a manifest or blob; resolves within so many milliseconds, and never rejects. */
  askUpstream(_wanted: WantedUpstream, _budget: number): Promise<void> {
    return Promise.resolve();
  }

  /** The same behind the answer. */
  recheckUpstream(_wanted: WantedUpstream): void {}

  async #check(store: Store, digest: string): Promise<CheckResult | undefined> {
    const { check, forbidden } = this.#options[store.index];
    const answer = await this.#parts.checker.check(
      store.checkUrl + store.key(digest),
      check === 'range' ? 'range' : 'head',
    );
    this.#observe(store, answer, digest);
    return answer.kind === 'nothing' ? undefined : presenceOf(answer, { forbidden });
  }

  #observe(store: Store, answer: Parameters<typeof observationOf>[0], digest: string): void {
    const { log, clock } = this.#parts;
    const transition = this.#health.observe(
      store.index,
      observationOf(answer),
      digest,
      clock.now(),
    );
    if (transition === undefined) return;
    const saw =
      answer.kind === 'status'
        ? `status ${answer.status}`
        : answer.kind === 'failure'
          ? answer.reason
          : answer.kind;
    if (transition === 'closed') log.info('breaker-closed', { store: store.name });
    else log.warn('breaker-opened', { store: store.name, again: transition === 'reopened', saw });
  }
}
