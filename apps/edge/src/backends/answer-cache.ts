import type { CheckResult, Clock, Lifetimes } from '@archeio/presence';
import type { PlatformCache } from '../platform.ts';

/** Names entries; no server has this name (RFC 6761 §6.4), and nothing is sent to it. The number is the version of entries. */
const BASE = 'https://archeio-presence.invalid/1/';

const STATE = 'archeio-state';
const SIZE = 'archeio-size';
const CHECKED_AT = 'archeio-checked-at';

/** How long to wait for the cache, in milliseconds: the request's budget is for the store. */
const PATIENCE = 100;

/** The rest of a lifetime that is worth an entry, in seconds: the resolution of `max-age`. */
const LEAST = 1;

/** Dependencies of an {@link AnswerCache}. */
export interface AnswerCacheDependencies {
  readonly cache: PlatformCache;
  readonly clock: Clock;
  /** Milliseconds since 1970: other isolates read it too. */
  readonly now: () => number;
  readonly lifetimes: Pick<Lifetimes, 'presentFor' | 'absentFor'>;
}

/**
 * Definite answers of stores in the cache of the data centre, where every isolate finds them. An entry lives as long as the
 * answer is fresh, and knows when it was given.
 */
export class AnswerCache {
  readonly #dependencies: AnswerCacheDependencies;

  constructor(dependencies: AnswerCacheDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * The answer that an isolate has got; undefined if there is none, or the cache does not answer. Never rejects.
   *
   * @param key of letters, digits, `/` and `:`
   */
  async read(key: string): Promise<CheckResult | undefined> {
    const { cache, now } = this.#dependencies;
    try {
      const found = await this.#within(cache.match(BASE + key));
      if (found === undefined) return undefined;
      const state = found.headers.get(STATE);
      const age = now() - Number(found.headers.get(CHECKED_AT) ?? Number.NaN);
      if ((state !== 'present' && state !== 'absent') || Number.isNaN(age)) return undefined;
      return { state, size: Number(found.headers.get(SIZE) ?? -1), age };
    } catch {
      // A cache that fails costs a request to the store.
      return undefined;
    }
  }

  /** Keeps an answer for other isolates. Never rejects: without the entry, they ask the store. */
  async write(key: string, { state, size }: CheckResult): Promise<void> {
    const { cache, now, lifetimes } = this.#dependencies;
    const lifetime = state === 'present' ? lifetimes.presentFor : lifetimes.absentFor;
    const seconds = Math.floor(lifetime / 1000);
    if (state === 'unknown' || seconds < LEAST) return;
    const headers = {
      'Cache-Control': `max-age=${seconds}`,
      [STATE]: state,
      [SIZE]: String(size),
      [CHECKED_AT]: String(now()),
    };
    try {
      await cache.put(BASE + key, new Response(null, { headers }));
    } catch {
      // As if it had been evicted.
    }
  }

  #within<T>(found: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const cancel = this.#dependencies.clock.after(PATIENCE, () => resolve(undefined));
      found.finally(cancel).then(resolve, reject);
    });
  }
}
