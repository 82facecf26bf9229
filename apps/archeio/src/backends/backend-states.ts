import type { BackendState } from '@archeio/backend-health';
import { type Inventory, provesAbsent } from '@archeio/inventory';
import type { CheckResult, Clock } from '@archeio/presence';
import type {
  Backend,
  HealthCheck,
  Policy,
  Presence as PresenceOfBlob,
  Registry,
  Store,
  Upstream,
} from '@archeio/redirect';
import {
  type CheckMethod,
  observationOf,
  presenceOf,
  type StoreAnswer,
  storeIdentity,
  summarizeAnswer,
} from '@archeio/content-checks';
import type { Configuration } from '@archeio/configuration';
import type { ExplainedBackends, WantedUpstream, RepositoryLists } from '@archeio/request-handler';
import { type HeldInventory, type Inventories, inventoryId } from './inventory/inventories.ts';
import type { Lifecycle } from '../platform/lifecycle.ts';
import { outcomeOf } from './presence/check-outcome.ts';
import type { WorkerMetrics } from '../metrics/worker-metrics.ts';
import type { Presigner } from './signing/presigner.ts';
import type { SignedMethod } from './signing/signed-urls.ts';
import { BlobSizes } from './presence/blob-sizes.ts';
import type { Memory } from './presence/memory.ts';
import type { AskedStore } from './presence/store-presence.ts';
import { SeenAnswers } from './presence/seen-answers.ts';
import { sharedPrefix } from './shared/shared-key.ts';
import { canaryFailed, conditionOf, type Conditions } from '../ipc/conditions.ts';
import type { Notice, SupervisorPort } from '../ipc/ports.ts';

/** Dependencies of the states of one generation. */
export interface BackendStatesDependencies {
  readonly generation: number;
  readonly policy: Policy;
  readonly configuration: Pick<Configuration, 'stores'>;
  readonly memory: Memory;
  readonly lists: RepositoryLists;
  readonly presigner: Presigner;
  readonly inventories: Inventories;
  readonly lifecycle: Lifecycle;
  readonly clock: Clock;
  readonly metrics: WorkerMetrics;
  readonly supervisor: SupervisorPort;
}

function signedMethod(method: string): SignedMethod {
  return method === 'HEAD' ? 'HEAD' : 'GET';
}

/** The state of the backends of one generation, and the requests that update it. */
export class BackendStates implements ExplainedBackends {
  readonly #dependencies: BackendStatesDependencies;
  readonly #options: Configuration['stores'];
  readonly #identities: readonly string[];
  readonly #spaces: readonly number[];
  readonly #sizes: BlobSizes;
  /** By store; undefined if it has none. */
  readonly #inventories: readonly (HeldInventory | undefined)[];
  readonly #seen: readonly SeenAnswers[];
  /** The blobs with which to try stores again, until the supervisor chooses a worker. */
  readonly #trials = new Map<number, string>();
  #conditions: Conditions;

  constructor(dependencies: BackendStatesDependencies) {
    const { policy, configuration, memory } = dependencies;
    this.#dependencies = dependencies;
    this.#options = configuration.stores.filter(({ enabled }) => enabled);
    this.#identities = policy.stores.map((store) =>
      storeIdentity(store, this.#options[store.index].key),
    );
    this.#spaces = memory.stores.spacesOf(this.#identities);
    this.#sizes = new BlobSizes(
      memory.stores.presence,
      this.#spaces.filter((_, index) => this.#options[index].check !== 'none'),
    );
    this.#inventories = this.#options.map((store) => {
      const id = inventoryId(store);
      return id === undefined ? undefined : dependencies.inventories.held(id);
    });
    this.#conditions = new Uint8Array(policy.backends.length);
    this.#seen = policy.stores.map(() => new SeenAnswers());
  }

  /** From now on, backends are asked as this generation's. */
  takeOver(): void {
    const { memory, policy } = this.#dependencies;
    memory.use(
      new Map(policy.stores.map((store) => [this.#spaces[store.index], this.#asked(store)])),
      (upstream, answer, digest) => {
        // The index of an earlier generation's upstream may mean another backend now.
        if (policy.backends[upstream.index] === upstream) this.#observed(upstream, digest, answer);
      },
    );
  }

  /** Set by the supervisor. */
  set conditions(conditions: Conditions) {
    this.#conditions = conditions;
  }

  healthy(check: HealthCheck): boolean {
    return this.#dependencies.lifecycle.healthy(check);
  }

  condition(backend: Backend): BackendState {
    if (backend.kind === 'store' && this.signingTrouble(backend) !== undefined) return 'down';
    return conditionOf(this.#conditions, backend.index);
  }

  presence({ index }: Store, digest: string): PresenceOfBlob {
    if (this.#options[index].check === 'none') return 'present';
    const known = this.#dependencies.memory.stores.presence.lookup(this.#spaces[index], digest);
    // An answer of the store itself takes precedence.
    return known === 'unasked' && this.#inventoryWithout(index, digest) ? 'absent' : known;
  }

  provenAbsentBy({ index }: Store, digest: string): number | undefined {
    if (this.#inventories[index] === undefined) return undefined;
    const known = this.#dependencies.memory.stores.presence.lookup(this.#spaces[index], digest);
    return known === 'unasked' ? this.#inventoryWithout(index, digest)?.date : undefined;
  }

  seen({ index }: Store, digest: string): string | undefined {
    return this.#seen[index].of(digest);
  }

  isShared({ index }: Store, digest: string): boolean {
    return this.#dependencies.memory.stores.presence.isShared(this.#spaces[index], digest);
  }

  signingTrouble(store: Store): string | undefined {
    return this.isPresigned(store)
      ? this.#dependencies.presigner.trouble(this.#options[store.index])
      : undefined;
  }

  /** R9a, R12a; only called for a registry that needs it. */
  upstreamHas(
    upstream: Upstream,
    kind: 'manifest' | 'blob',
    name: string,
    digest: string,
  ): PresenceOfBlob {
    return this.#dependencies.memory.upstreams.lookup(upstream, kind, name, digest);
  }

  isRepository({ index }: Registry, name: string): boolean {
    return this.#dependencies.lists.has(index, name);
  }

  askUpstream(wanted: WantedUpstream, budget: number): Promise<void> {
    return this.#dependencies.memory.upstreams.ask(wanted, budget);
  }

  recheckUpstream(wanted: WantedUpstream): void {
    this.#dependencies.memory.upstreams.recheck(wanted);
  }

  isPresigned({ index }: Store): boolean {
    return this.#options[index].presign !== undefined;
  }

  signNow({ index }: Store, url: string, method: string): string | undefined {
    return this.#dependencies.presigner.signNow(this.#options[index], url, signedMethod(method));
  }

  sign({ index }: Store, url: string, method: string): Promise<string | undefined> {
    return this.#dependencies.presigner.sign(this.#options[index], url, signedMethod(method));
  }

  sizeOf({ kind, index }: Backend, digest: string): number {
    return this.#sizes.of(digest, kind === 'store' ? this.#spaces[index] : undefined);
  }

  takeDoubt({ index }: Store, digest: string): boolean {
    const { stores } = this.#dependencies.memory;
    const space = this.#spaces[index];
    return stores.presence.lookup(space, digest) === 'absent' && stores.takeDoubt(space);
  }

  inFlight({ index }: Store): number {
    return this.#dependencies.memory.stores.presence.inFlight(this.#spaces[index]);
  }

  /** Skips stores whose inventory does not have the blob. */
  ask(stores: readonly Store[], digest: string, explained = false): Promise<void> {
    return this.#dependencies.memory.stores.ask(
      stores
        .filter((store) => this.provenAbsentBy(store, digest) === undefined)
        .map(({ index }) => this.#spaces[index]),
      digest,
      explained,
    );
  }

  recheck({ index }: Store, digest: string): void {
    const { memory, supervisor, generation } = this.#dependencies;
    if (conditionOf(this.#conditions, index) !== 'trial') {
      memory.stores.presence.check(this.#spaces[index], digest);
      return;
    }
    this.#trials.set(index, digest);
    supervisor.wantsTrial(generation, index);
  }

  /** Tries a store again: the supervisor chose this worker. */
  tryAgain(index: number): void {
    const digest = this.#trials.get(index);
    this.#trials.delete(index);
    if (digest !== undefined)
      this.#dependencies.memory.stores.askStore(this.#spaces[index], digest);
  }

  /** For each store, a blob that was found there since the last call, if any. */
  takeRecent(): Notice['present'] {
    return this.#spaces.flatMap((space, index) => {
      const digest = this.#dependencies.memory.stores.takeRecent(space);
      return digest === undefined ? [] : [[index, digest] as const];
    });
  }

  #asked(store: Store): AskedStore {
    const { metrics, memory } = this.#dependencies;
    const { index } = store;
    const { check, forbidden } = this.#options[index];
    const method = check === 'range' ? 'range' : 'head';
    return {
      method,
      // Everything that the meaning of an answer depends on.
      sharedPrefix: memory.stores.isShared
        ? sharedPrefix([this.#identities[index], method, forbidden, this.isPresigned(store)])
        : undefined,
      urlOf: (digest) => this.#checkUrl(store, digest, method),
      answered: (digest, answer, took) => {
        const result = this.#taken(store, digest, answer);
        metrics.presenceCheck(store.name, outcomeOf(answer, result), took);
        return result;
      },
    };
  }

  /** The store's valid inventory, if the blob is not in it. */
  #inventoryWithout(index: number, digest: string): Inventory | undefined {
    const held = this.#inventories[index];
    if (held?.inventory === undefined || this.#dependencies.clock.now() >= held.until)
      return undefined;
    return provesAbsent(held.inventory, digest) ? held.inventory : undefined;
  }

  /** The URL to check for a blob; undefined if it cannot be signed. */
  #checkUrl(
    store: Store,
    digest: string,
    method: CheckMethod,
  ): string | Promise<string | undefined> {
    const url = store.checkUrl + store.key(digest);
    return this.isPresigned(store)
      ? this.sign(store, url, method === 'head' ? 'HEAD' : 'GET')
      : url;
  }

  /** Reports an answer for the backend's breaker. */
  #observed({ index }: Backend, digest: string, answer: StoreAnswer): void {
    const { supervisor, generation } = this.#dependencies;
    supervisor.observed({
      generation,
      backend: index,
      observation: observationOf(answer),
      subject: digest,
      saw: summarizeAnswer(answer),
    });
  }

  /** Reports an answer, and what it means for the blob. */
  #taken(store: Store, digest: string, answer: StoreAnswer): CheckResult | undefined {
    const { index } = store;
    const { forbidden } = this.#options[index];
    this.#observed(store, digest, answer);
    if (answer.kind === 'nothing') return undefined;
    const result = presenceOf(
      answer,
      digest,
      canaryFailed(this.#conditions, index) ? 'unknown' : forbidden,
    );
    const { state, size } = result;
    this.#seen[index].note(digest, answer, state);
    if (state !== 'unknown')
      this.#dependencies.supervisor.found([
        { at: 'store', identity: this.#identities[index], key: digest, state, size },
      ]);
    return result;
  }
}
