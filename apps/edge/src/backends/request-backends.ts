import type { BackendHealth, BackendState } from '@archeio/backend-health';
import {
  type ContentKey,
  contentKey,
  contentOf,
  observationOf,
  presenceAtUpstream,
  presenceOf,
  type StoreAnswer,
  storeIdentity,
  summarizeAnswer,
  TokenBucket,
  upstreamRequest,
} from '@archeio/content-checks';
import type { CheckResult, Clock, Known, Presence } from '@archeio/presence';
import type { Backend, Policy, Registry, Store, Upstream } from '@archeio/redirect';
import type { Backends, RepositoryLists, WantedUpstream } from '@archeio/request-handler';
import type { EmbeddedStore } from '../embedded.ts';
import type { RequestContext, WriteLog } from '../platform.ts';
import type { AnswerCache } from './answer-cache.ts';
import type { CheckLimit } from './check-limit.ts';
import type { ContentClient } from './content-client.ts';
import { type IsolateMemory, sha256 } from './isolate-memory.ts';

/** What the requests of an isolate know together. */
export interface SharedBackends {
  readonly policy: Policy;
  /** By store. */
  readonly options: readonly EmbeddedStore[];
  readonly clock: Clock;
  readonly log: WriteLog;
  readonly lists: RepositoryLists;
  readonly health: BackendHealth;
  readonly memory: IsolateMemory;
  readonly cache: AnswerCache;
  readonly client: Pick<ContentClient, 'check'>;
  /** Limits the checks under way, by backend. */
  readonly underWay: readonly CheckLimit[];
  /** Limits the requests to upstreams, by backend; filled as they are asked. */
  readonly limits: Map<number, TokenBucket>;
}

/**
 * Checks of an isolate under way to one backend. Beyond, the next backend serves: one that hangs must not fill the
 * isolate's memory with requests that wait for it.
 */
export const MOST_UNDER_WAY = 256;

/** Requests of an isolate to one upstream, per minute: a registry may refuse clients that ask more often. */
const ASKED_A_MINUTE = 600;

const NOT_ASKED: StoreAnswer = Object.freeze({ kind: 'nothing' });

/**
 * The state of the backends for one request. What it asks, it asks itself: it waits for nothing that another request has
 * begun. Checks go on after the answer, until the backend has answered or its time is up.
 */
export class RequestBackends implements Backends {
  readonly #shared: SharedBackends;
  readonly #context: RequestContext;
  #blobs: Presence<string> | undefined;
  #contents: Presence<ContentKey> | undefined;

  constructor(shared: SharedBackends, context: RequestContext) {
    this.#shared = shared;
    this.#context = context;
  }

  /** R7: a Worker that runs has its configuration. */
  healthy(): boolean {
    return true;
  }

  condition({ index }: Backend): BackendState {
    return this.#shared.health.state(index, this.#shared.clock.now());
  }

  presence({ index }: Store, digest: string): Known {
    if (this.#shared.options[index].check === 'none') return 'present';
    return this.#shared.memory.blobs.lookup(index, digest);
  }

  upstreamHas({ index }: Upstream, kind: 'manifest' | 'blob', name: string, digest: string): Known {
    return this.#shared.memory.contents.lookup(index, contentKey(kind, name, digest));
  }

  isRepository({ index }: Registry, name: string): boolean {
    return this.#shared.lists.has(index, name);
  }

  ask(stores: readonly Store[], digest: string): Promise<void> {
    return this.#ownBlobs.ask(
      stores.map(({ index }) => index),
      digest,
    );
  }

  recheck({ index }: Store, digest: string): void {
    const { health, clock } = this.#shared;
    const now = clock.now();
    if (health.state(index, now) === 'trial' && !health.beginTrial(index, now)) return;
    this.#ownBlobs.check(index, digest);
  }

  askUpstream({ upstream, kind, name, digest }: WantedUpstream, budget: number): Promise<void> {
    return this.#ownContents.ask([upstream.index], contentKey(kind, name, digest), budget);
  }

  recheckUpstream({ upstream, kind, name, digest }: WantedUpstream): void {
    this.#ownContents.check(upstream.index, contentKey(kind, name, digest));
  }

  /** Whether a store's key is wrong is for a server to find out. */
  takeDoubt(): boolean {
    return false;
  }

  /** The build refuses stores whose redirects need a signature. */
  isPresigned(): boolean {
    return false;
  }

  signNow(): undefined {
    return undefined;
  }

  sign(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  /** Sizes are for metrics, which a Worker does not have. */
  sizeOf(): number {
    return -1;
  }

  /** A Worker holds no inventories. */
  provenAbsentBy(): undefined {
    return undefined;
  }

  get #ownBlobs(): Presence<string> {
    this.#blobs ??= this.#shared.memory.blobs.withOwnChecks((space, digest) =>
      this.#outliving(this.#checkStore(this.#shared.policy.stores[space], digest)),
    );
    return this.#blobs;
  }

  get #ownContents(): Presence<ContentKey> {
    this.#contents ??= this.#shared.memory.contents.withOwnChecks((space, key) =>
      this.#outliving(this.#checkUpstream(space, key)),
    );
    return this.#contents;
  }

  /** Keeps the request's context until the check has settled, and so what it learns. */
  #outliving<T>(check: Promise<T>): Promise<T> {
    this.#context.waitUntil(check);
    return check;
  }

  async #checkStore(store: Store, digest: string): Promise<CheckResult | undefined> {
    const { client, options } = this.#shared;
    const { check, forbidden, key } = options[store.index];
    const cacheKey = `${sha256(storeIdentity(store, key))}/${digest}`;
    return this.#through(store, cacheKey, digest, async () => {
      const url = store.checkUrl + store.key(digest);
      const answer = await client.check(url, check === 'range' ? 'range' : 'head');
      return [answer, presenceOf(answer, digest, forbidden)];
    });
  }

  async #checkUpstream(space: number, key: ContentKey): Promise<CheckResult | undefined> {
    const { client, policy } = this.#shared;
    const upstream = policy.backends[space];
    if (upstream.kind !== 'upstream') return undefined;
    const content = contentOf(key);
    const { base, path } = upstream;
    const cacheKey = `${sha256(`${base}${path} ${content.kind} ${content.name}`)}/${content.digest}`;
    return this.#through(upstream, cacheKey, content.digest, async () => {
      const { url, accept } = upstreamRequest(upstream, content);
      const answer = this.#mayAsk(space) ? await client.check(url, 'head', accept) : NOT_ASKED;
      return [answer, { state: presenceAtUpstream(answer, content.digest), size: -1 }];
    });
  }

  /** The answer that the cache has, or asks the backend; one that is down or on trial is always asked itself. */
  async #through(
    backend: Backend,
    cacheKey: string,
    digest: string,
    ask: () => Promise<readonly [StoreAnswer, CheckResult]>,
  ): Promise<CheckResult | undefined> {
    const { cache } = this.#shared;
    const cached = this.condition(backend) === 'up' ? await cache.read(cacheKey) : undefined;
    if (cached !== undefined) return cached;
    const end = this.#shared.underWay[backend.index].begin(this.#shared.clock.now());
    if (end === undefined) return undefined;
    const [answer, result] = await ask();
    end();
    if (answer.kind === 'nothing') return undefined;
    this.#observed(backend, answer, digest);
    if (result.state !== 'unknown') this.#context.waitUntil(cache.write(cacheKey, result));
    return result;
  }

  #mayAsk(space: number): boolean {
    const { limits, clock } = this.#shared;
    const limit = limits.get(space) ?? new TokenBucket(ASKED_A_MINUTE, clock.now());
    limits.set(space, limit);
    return limit.take(clock.now());
  }

  #observed({ index, name }: Backend, answer: StoreAnswer, digest: string): void {
    const { health, clock, log } = this.#shared;
    const change = health.observe(index, observationOf(answer), digest, clock.now());
    if (change === undefined) return;
    const { state, why } = change;
    const saw = summarizeAnswer(answer);
    log(JSON.stringify({ level: 'warn', event: `backend-${state}`, backend: name, why, saw }));
  }
}
