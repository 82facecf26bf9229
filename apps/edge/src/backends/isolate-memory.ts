import { createHash } from 'node:crypto';
import { type ContentKey, contentKeys, digestKeys } from '@archeio/content-checks';
import { type Clock, type Lifetimes, Presence, type Seed } from '@archeio/presence';

/** How long an unknown answer is remembered, in milliseconds (docs/reference/request-handling.md). */
const UNKNOWN_FOR = 10_000;

/** Contents of upstreams get this part of as many entries as blobs in stores. */
const UPSTREAM_SHARE = 8;

/** Options and dependencies of an {@link IsolateMemory}. */
export interface IsolateMemoryOptions extends Pick<Lifetimes, 'presentFor' | 'absentFor'> {
  /** Maximum number of remembered blobs. */
  readonly entries: number;
  /** Maximum time that a request waits, in milliseconds. */
  readonly budget: number;
  /** Number of backends, which number the spaces. */
  readonly backends: number;
  readonly clock: Clock;
  readonly seed: Seed;
}

/** SHA-256 of a text, in hexadecimal digits. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What an isolate remembers of stores and upstreams, by the numbers of the backends. */
export class IsolateMemory {
  readonly blobs: Presence<string>;
  readonly #options: IsolateMemoryOptions;
  #contents: Presence<ContentKey> | undefined;

  constructor(options: IsolateMemoryOptions) {
    this.#options = options;
    this.blobs = new Presence({ ...this.#presence(), keys: digestKeys(options.entries) });
  }

  /** Contents of upstreams; allocated when a registry first needs it (R9a, R12a). */
  get contents(): Presence<ContentKey> {
    const entries = Math.max(1, Math.floor(this.#options.entries / UPSTREAM_SHARE));
    this.#contents ??= new Presence({ ...this.#presence(), keys: contentKeys(entries, sha256) });
    return this.#contents;
  }

  #presence() {
    const { presentFor, absentFor, budget, backends, clock, seed } = this.#options;
    return {
      spaces: backends,
      // Each request brings a check of its own.
      check: () => Promise.resolve(undefined),
      clock,
      seed,
      lifetimes: { presentFor, absentFor, unknownFor: UNKNOWN_FOR },
      budget,
    };
  }
}
