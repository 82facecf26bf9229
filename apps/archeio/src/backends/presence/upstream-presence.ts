import { createHash } from 'node:crypto';
import type { CheckResult, Known } from '@archeio/presence';
import type { Upstream } from '@archeio/redirect';
import type { WantedUpstream } from '@archeio/request-handler';
import {
  type ContentKey,
  contentKey,
  contentKeys,
  contentOf,
  presenceAtUpstream,
  type StoreAnswer,
  TokenBucket,
  upstreamRequest,
} from '@archeio/content-checks';
import type { PresenceFinding } from '../../ipc/ports.ts';
import { BackendPresence, type BackendPresenceDependencies } from './backend-presence.ts';

/** Artifact Registry allows 5,000 requests a minute; with the burst, this stays below. */
const ASKED_A_MINUTE = 3000;

/** Contents of upstreams get this part of as many entries as blobs in stores, of about 100 bytes each. */
const SHARE = 8;

/** Called with each answer of an upstream, for its breaker. */
export type ObserveUpstream = (upstream: Upstream, answer: StoreAnswer, digest: string) => void;

export interface UpstreamPresenceDependencies extends BackendPresenceDependencies {
  /** Number of processes that share an upstream's limit of HEADs a minute. */
  readonly workers: number;
  readonly observe: ObserveUpstream;
  /** Called with each definite answer that this process received. */
  readonly found: (findings: readonly PresenceFinding[]) => void;
}

/** An upstream as it was last asked for, and the HEADs that it may still be sent. */
interface AskedUpstream {
  upstream: Upstream;
  readonly bucket: TokenBucket;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function identityOf({ base, path }: Upstream): string {
  return base + path;
}

/** R9a, R12a: whether upstreams have manifests and blobs. An upstream is the same by its URL and path. */
export class UpstreamPresence extends BackendPresence<ContentKey> {
  readonly #dependencies: UpstreamPresenceDependencies;
  /** Often read; emptied when spaces are forgotten. */
  #spaceOf = new WeakMap<Upstream, number>();
  readonly #asked = new Map<number, AskedUpstream>();

  constructor(dependencies: UpstreamPresenceDependencies) {
    const { entries } = dependencies.options;
    super(dependencies, contentKeys(Math.max(1, Math.floor(entries / SHARE)), sha256));
    this.#dependencies = dependencies;
  }

  /** What memory knows; synchronous. */
  lookup(upstream: Upstream, kind: 'manifest' | 'blob', name: string, digest: string): Known {
    return this.presence.lookup(this.#space(upstream), contentKey(kind, name, digest));
  }

  /**
   * Asks the upstream; resolves within the budget in any case, and never rejects.
   *
   * @param budget milliseconds, if less than the whole budget is left
   */
  ask({ upstream, kind, name, digest }: WantedUpstream, budget?: number): Promise<void> {
    return this.presence.ask([this.#spaceToAsk(upstream)], contentKey(kind, name, digest), budget);
  }

  /** Asks in the background, because the last answer is old. */
  recheck({ upstream, kind, name, digest }: WantedUpstream): void {
    this.presence.check(this.#spaceToAsk(upstream), contentKey(kind, name, digest));
  }

  /** Remembers what another process found, perhaps before this one was asked about that upstream. */
  learn(identity: string, key: ContentKey, state: 'present' | 'absent'): void {
    this.presence.learn(this.spaces.of(identity), key, { state, size: -1 });
  }

  #space(upstream: Upstream): number {
    let space = this.#spaceOf.get(upstream);
    if (space === undefined) {
      space = this.spaces.of(identityOf(upstream));
      this.#spaceOf.set(upstream, space);
    }
    return space;
  }

  #spaceToAsk(upstream: Upstream): number {
    const space = this.#space(upstream);
    const asked = this.#asked.get(space);
    if (asked !== undefined) asked.upstream = upstream;
    else {
      const perMinute = Math.max(1, Math.floor(ASKED_A_MINUTE / this.#dependencies.workers));
      this.#asked.set(space, { upstream, bucket: new TokenBucket(perMinute, this.clock.now()) });
    }
    return space;
  }

  /** Upstreams in use get new spaces, and are asked again. */
  protected override forget(spaces: readonly number[]): void {
    super.forget(spaces);
    for (const space of spaces) this.#asked.delete(space);
    this.#spaceOf = new WeakMap();
  }

  protected override async send(space: number, key: ContentKey): Promise<CheckResult | undefined> {
    const { observe, found } = this.#dependencies;
    const asked = this.#asked.get(space);
    if (asked === undefined || !asked.bucket.take(this.clock.now())) return undefined;
    const { upstream } = asked;
    const content = contentOf(key);
    const { digest } = content;
    const { url, accept } = upstreamRequest(upstream, content);
    const answer = await this.checker.check(url, 'head', accept);
    observe(upstream, answer, digest);
    if (answer.kind === 'nothing') return undefined;
    const state = presenceAtUpstream(answer, digest);
    // The space may belong to another upstream now.
    if (state !== 'unknown' && this.#asked.get(space) === asked)
      found([{ at: 'upstream', identity: identityOf(upstream), key, state, size: -1 }]);
    return { state, size: -1 };
  }
}
