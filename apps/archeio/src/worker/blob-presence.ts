import { type CheckResult, type Clock, type Known, Presence, type Seed } from '@archeio/presence';
import type { Configuration } from '../configuration/configuration.ts';
import { digestKeys } from '../digest-keys.ts';

/** Unknown answers are asked again after so many milliseconds (docs/request-handling.md). */
export const UNKNOWN_FOR = 10_000;

/** Presence has so many spaces: more different stores than anyone configures in the life of a process. */
const SPACES = 2 ** 16;

type Options = Configuration['presence'];

/** Asks the store that lies in a space for a blob. */
export type AskStore = (digest: string) => Promise<CheckResult | undefined>;

/**
 * What is known of blobs, kept over reloads: a store has the same space as long as the process lives, by its identity
 * and not by its number.
 */
export class BlobPresence {
  readonly #presence: Presence<string>;
  readonly #spaces = new Map<string, number>();
  readonly #ask: AskStore[] = [];
  readonly #recent: (string | undefined)[] = [];

  constructor(options: Options, clock: Clock, seed: Seed) {
    this.#presence = new Presence({
      spaces: SPACES,
      keys: digestKeys(options.entries),
      check: (space, digest) => this.#check(space, digest),
      clock,
      seed,
      lifetimes: {
        presentFor: options.presentFor,
        absentFor: options.absentFor,
        unknownFor: UNKNOWN_FOR,
      },
      budget: options.budget,
    });
  }

  /** The space of the store with this identity. */
  spaceOf(identity: string): number {
    const known = this.#spaces.get(identity);
    if (known !== undefined) return known;
    const space = this.#spaces.size;
    this.#spaces.set(identity, space);
    return space;
  }

  /** From now on blobs in this space are asked for so. */
  askBy(space: number, ask: AskStore): void {
    this.#ask[space] = ask;
  }

  /** What memory says. */
  lookup(space: number, digest: string): Known {
    return this.#presence.lookup(space, digest);
  }

  /** Bytes, −1 where memory does not say. */
  sizeOf(space: number, digest: string): number {
    return this.#presence.sizeOf(space, digest);
  }

  /** Asks what memory cannot say; resolves within the budget and never rejects. */
  ask(spaces: readonly number[], digest: string): Promise<void> {
    return this.#presence.ask(spaces, digest);
  }

  /** Asks behind the answer. */
  check(space: number, digest: string): void {
    this.#presence.check(space, digest);
  }

  /** Takes in what another process found out. */
  learn(identity: string, digest: string, result: CheckResult): void {
    const space = this.#spaces.get(identity);
    if (space !== undefined) this.#presence.learn(space, digest, result);
  }

  /** A blob that was found in this space since the last call. */
  takeRecent(space: number): string | undefined {
    const recent = this.#recent[space];
    this.#recent[space] = undefined;
    return recent;
  }

  /** How many answers are remembered. */
  get entries(): number {
    return this.#presence.entries;
  }

  /** Answers dropped before they were too old, to make room. */
  get evictions(): number {
    return this.#presence.evictions;
  }

  /** Checks under way in a space. */
  inFlight(space: number): number {
    return this.#presence.inFlight(space);
  }

  async #check(space: number, digest: string): Promise<CheckResult | undefined> {
    const result = await this.#ask[space](digest);
    if (result?.state === 'present') this.#recent[space] = digest;
    return result;
  }
}
