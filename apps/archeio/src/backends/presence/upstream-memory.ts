import type { Clock, Known, Seed } from '@archeio/presence';
import type { Upstream } from '@archeio/redirect';
import type { StoreAnswer, StoreChecker } from '../client/store-checker.ts';
import type { Configuration } from '@archeio/configuration';
import type { WantedUpstream } from '@archeio/request-handler';
import { ASKED_A_MINUTE, UpstreamPresence } from './upstream-presence.ts';
import { UNKNOWN_FOR } from './store-presence.ts';
import type { PresenceFinding } from '../../ipc/ports.ts';
import { MOST_SPACES, Spaces } from './spaces.ts';

/** Manifests and blobs of upstreams get this part of as many entries as blobs in stores. */
const SHARE = 8;

/** Dependencies of a memory. */
export interface UpstreamMemoryParts {
  readonly presence: Configuration['presence'];
  readonly checker: StoreChecker;
  readonly clock: Clock;
  readonly seed: Seed;
  readonly workers: number;
  readonly observe: (upstream: Upstream, answer: StoreAnswer, digest: string) => void;
  readonly found: (findings: readonly PresenceFinding[]) => void;
}

/** R9a, R12a: what is known of upstreams, kept over reloads: an upstream is the same by its URL and path. */
export class UpstreamMemory {
  readonly #presence: UpstreamPresence;
  readonly #spaces = new Spaces((spaces) => this.#forget(spaces));
  readonly #identities: string[] = [];
  /** Asked for often; empty again when spaces were forgotten. */
  #spaceOf = new WeakMap<Upstream, number>();

  constructor({ presence, checker, clock, seed, workers, observe, found }: UpstreamMemoryParts) {
    this.#presence = new UpstreamPresence({
      spaces: MOST_SPACES,
      spaceOf: (upstream) => this.#space(upstream),
      entries: Math.max(1, Math.floor(presence.entries / SHARE)),
      checker,
      clock,
      seed,
      lifetimes: {
        presentFor: presence.presentFor,
        absentFor: presence.absentFor,
        unknownFor: UNKNOWN_FOR,
      },
      budget: presence.budget,
      perMinute: Math.max(1, Math.floor(ASKED_A_MINUTE / workers)),
      observe,
      onLearned: ({ space, key, state }) =>
        found([{ at: 'upstream', identity: this.#identities[space], key, state, size: -1 }]),
    });
  }

  /** What memory says. */
  lookup(upstream: Upstream, kind: 'manifest' | 'blob', name: string, digest: string): Known {
    return this.#presence.lookup(upstream, kind, name, digest);
  }

  /** Asks an upstream; resolves within the budget, in milliseconds, and never rejects. */
  ask({ upstream, kind, name, digest }: WantedUpstream, budget: number): Promise<void> {
    return this.#presence.ask(upstream, kind, name, digest, budget);
  }

  /** Asks behind the answer. */
  recheck({ upstream, kind, name, digest }: WantedUpstream): void {
    this.#presence.recheck(upstream, kind, name, digest);
  }

  /** Remembers what another process found out. */
  learn(identity: string, key: string, state: 'present' | 'absent'): void {
    this.#presence.learn({ space: this.#spaceFor(identity), key, state });
  }

  /** How many answers are remembered. */
  get entries(): number {
    return this.#presence.entries;
  }

  #space(upstream: Upstream): number {
    const known = this.#spaceOf.get(upstream);
    if (known !== undefined) return known;
    const space = this.#spaceFor(upstream.base + upstream.path);
    this.#spaceOf.set(upstream, space);
    return space;
  }

  /** Also of one that only other processes have been asked about so far. */
  #spaceFor(identity: string): number {
    const space = this.#spaces.of(identity);
    this.#identities[space] = identity;
    return space;
  }

  /** What is in use has another space from then on, and is asked again. */
  #forget(spaces: readonly number[]): void {
    this.#presence.forget(spaces);
    this.#spaceOf = new WeakMap();
  }
}
