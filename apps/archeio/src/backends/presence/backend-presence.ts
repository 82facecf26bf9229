import {
  type CheckResult,
  type Clock,
  type KeyCodec,
  Presence,
  type PresenceKey,
  type Seed,
  type SharedChecks,
} from '@archeio/presence';
import type { Configuration } from '@archeio/configuration';
import type { StoreChecker } from '@archeio/content-checks';
import { MOST_SPACES, Spaces } from './spaces.ts';

/** How long an unknown answer is remembered, in milliseconds (docs/reference/request-handling.md). */
const UNKNOWN_FOR = 10_000;

/** Dependencies of the presence of either kind of backend. */
export interface BackendPresenceDependencies {
  readonly options: Configuration['presence'];
  readonly checker: Pick<StoreChecker, 'check'>;
  readonly clock: Clock;
  readonly seed: Seed;
  /** Shares results with other instances; undefined if they are not shared. */
  readonly shared?: SharedChecks | undefined;
}

/**
 * Asks backends for contents through a checker, and remembers the answers. They survive a reload: a backend keeps
 * its space by its identity, not by its index, as long as there are enough spaces.
 */
export abstract class BackendPresence<Key extends PresenceKey> {
  readonly presence: Presence<Key>;
  protected readonly spaces = new Spaces((spaces) => this.forget(spaces));
  protected readonly checker: Pick<StoreChecker, 'check'>;
  protected readonly clock: Clock;

  constructor({ options, checker, clock, seed }: BackendPresenceDependencies, keys: KeyCodec<Key>) {
    const { presentFor, absentFor, budget } = options;
    this.checker = checker;
    this.clock = clock;
    this.presence = new Presence({
      spaces: MOST_SPACES,
      keys,
      check: (space, key) => this.send(space, key),
      clock,
      seed,
      lifetimes: { presentFor, absentFor, unknownFor: UNKNOWN_FOR },
      budget,
    });
  }

  /** Sends the request; undefined if the answer means nothing. */
  protected abstract send(space: number, key: Key): Promise<CheckResult | undefined>;

  /** Forgets spaces, which other backends will use. */
  protected forget(spaces: readonly number[]): void {
    this.presence.forget(spaces);
  }
}
