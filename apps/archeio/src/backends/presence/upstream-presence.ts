import { MANIFEST_MEDIA_TYPES } from '@archeio/oci-distribution';
import {
  type CheckResult,
  type Clock,
  type Known,
  type Lifetimes,
  Presence,
  type Seed,
} from '@archeio/presence';
import type { Upstream } from '@archeio/redirect';
import type { StoreAnswer, StoreChecker } from '../client/store-checker.ts';
import {
  type ContentKey,
  type ContentKind,
  contentKey,
  contentKeys,
  contentOf,
} from './content-keys.ts';
import { TokenBucket } from './token-bucket.ts';
import { presenceAtUpstream } from './upstream-answer.ts';

/** Every kind of manifest; without them a registry may answer 404 for one that it has. */
const MANIFESTS = MANIFEST_MEDIA_TYPES.join(', ');

/** Artifact Registry allows 5,000 requests a minute; with the burst, this stays below. */
export const ASKED_A_MINUTE = 3000;

/** What was found out, as plain data: one process tells it to another. */
export interface LearnedAtUpstream {
  /** As `spaceOf` numbers upstreams. */
  readonly space: number;
  readonly key: ContentKey;
  readonly state: 'present' | 'absent';
}

export interface UpstreamPresenceOptions {
  /** Upstreams are numbered below this. */
  readonly spaces: number;
  /** An upstream's number: the same for the same URL and path, whatever is reloaded. */
  readonly spaceOf: (upstream: Upstream) => number;
  /** How many answers are remembered; about 100 bytes each. */
  readonly entries: number;
  readonly checker: Pick<StoreChecker, 'check'>;
  readonly clock: Clock;
  readonly seed: Seed;
  readonly lifetimes: Lifetimes;
  /** Milliseconds that one request waits at most. */
  readonly budget: number;
  /** HEADs a minute for one upstream, 3,000 by default; beyond it nothing is asked. A process's share, if there are several. */
  readonly perMinute?: number | undefined;
  /** Called with each answer of an upstream, for its breaker. */
  readonly observe: (upstream: Upstream, answer: StoreAnswer, digest: string) => void;
  /** Called with each definite answer that this process received; what {@link UpstreamPresence.learn} brings is not told again. */
  readonly onLearned?: ((learned: LearnedAtUpstream) => void) | undefined;
}

/** R9a, R12a: whether an upstream has a manifest or blob. Memory, sharing and budget are those of blobs in stores. */
export class UpstreamPresence {
  readonly #options: UpstreamPresenceOptions;
  readonly #presence: Presence<ContentKey>;
  /** By space: the upstream as it was last asked for, and what it may still be asked. */
  readonly #asked = new Map<number, { upstream: Upstream; readonly bucket: TokenBucket }>();
  #limited = 0;

  /** @throws RangeError if a number is out of its range */
  constructor(options: UpstreamPresenceOptions) {
    const { spaces, entries, clock, seed, lifetimes, budget } = options;
    this.#options = options;
    this.#presence = new Presence({
      spaces,
      keys: contentKeys(entries),
      check: (space, key) => this.#check(space, key),
      clock,
      seed,
      lifetimes,
      budget,
    });
  }

  /** How many answers are remembered. */
  get entries(): number {
    return this.#presence.entries;
  }

  /** HEADs that were not sent because of the limit a minute. */
  get limited(): number {
    return this.#limited;
  }

  /** What memory says; synchronous. `name` is the name within the registry, without the upstream's path. */
  lookup(upstream: Upstream, kind: ContentKind, name: string, digest: string): Known {
    return this.#presence.lookup(this.#options.spaceOf(upstream), contentKey(kind, name, digest));
  }

  /**
   * Asks the upstream; resolves within the budget, whatever it does, and never rejects.
   *
   * @param budget milliseconds, where less than the whole budget is left
   */
  ask(
    upstream: Upstream,
    kind: ContentKind,
    name: string,
    digest: string,
    budget?: number,
  ): Promise<void> {
    const space = this.#spaceToAsk(upstream);
    const asked = this.#presence.ask([space], contentKey(kind, name, digest));
    if (budget === undefined) return asked;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#options.clock.after(budget, resolve);
    void asked.then(() => {
      cancel();
      resolve();
    });
    return promise;
  }

  /** Asks the upstream behind the answer: what is known is old. */
  recheck(upstream: Upstream, kind: ContentKind, name: string, digest: string): void {
    this.#presence.check(this.#spaceToAsk(upstream), contentKey(kind, name, digest));
  }

  /** Remembers what another process found out. */
  learn({ space, key, state }: LearnedAtUpstream): void {
    this.#presence.learn(space, key, { state, size: -1 });
  }

  /** Forgets all about some spaces, which are other upstreams' from now on. */
  forget(spaces: readonly number[]): void {
    this.#presence.forget(spaces);
    for (const space of spaces) this.#asked.delete(space);
  }

  #spaceToAsk(upstream: Upstream): number {
    const { spaceOf, clock, perMinute = ASKED_A_MINUTE } = this.#options;
    const space = spaceOf(upstream);
    const asked = this.#asked.get(space);
    if (asked === undefined) {
      this.#asked.set(space, { upstream, bucket: new TokenBucket(perMinute, clock.now()) });
    } else {
      asked.upstream = upstream;
    }
    return space;
  }

  async #check(space: number, key: ContentKey): Promise<CheckResult | undefined> {
    const { checker, clock, observe, onLearned } = this.#options;
    const asked = this.#asked.get(space);
    if (asked === undefined) return undefined;
    if (!asked.bucket.take(clock.now())) {
      this.#limited++;
      return undefined;
    }
    const { upstream } = asked;
    const { kind, name, digest } = contentOf(key);
    const repository = `${upstream.base}${upstream.path}${name}`;
    const answer = await (kind === 'manifest'
      ? checker.check(`${repository}/manifests/${digest}`, 'head', MANIFESTS)
      : checker.check(`${repository}/blobs/${digest}`, 'head'));
    observe(upstream, answer, digest);
    if (answer.kind === 'nothing') return undefined;
    const state = presenceAtUpstream(answer, digest);
    const isSame = this.#asked.get(space) === asked;
    if (state !== 'unknown' && isSame) onLearned?.({ space, key, state });
    return { state, size: -1 };
  }
}
