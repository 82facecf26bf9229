import { type CheckResult, type Clock, type Known, Presence, type Seed } from '@archeio/presence';
import type { Configuration } from '@archeio/configuration';
import type { CheckMethod, StoreAnswer, StoreChecker } from '../client/store-checker.ts';
import { digestKeys } from './digest-keys.ts';
import { MOST_SPACES, Spaces } from './spaces.ts';

/** How long an unknown answer is remembered, in milliseconds (docs/reference/request-handling.md). */
export const UNKNOWN_FOR = 10_000;

/** While no blob was ever found in a store, the upstream is asked for one in eight of its absent blobs, later one in 64. */
const DOUBT_EVERY = 8;
const DOUBT_LATER = 64;
const OFTEN_UNTIL = 64;

type Options = Configuration['presence'];

/** A store as one generation asks it. */
export interface AskedStore {
  readonly method: CheckMethod;
  /** Where it is asked for a blob; undefined where that cannot be signed. */
  urlOf(digest: string): string | Promise<string | undefined>;
  /**
   * Called with each answer.
   *
   * @param took milliseconds
   * @returns what it means for the blob; undefined where it means nothing
   */
  answered(digest: string, answer: StoreAnswer, took: number): CheckResult | undefined;
}

const NOTHING: StoreAnswer = Object.freeze({ kind: 'nothing' });

/**
 * Asks stores for blobs through its HTTP client, and remembers the answers. They survive a reload: a store keeps its
 * space by its identity, not by its number, as long as there are enough spaces.
 */
export class StorePresence {
  readonly #presence: Presence<string>;
  readonly #spaces = new Spaces((spaces) => this.#forget(spaces));
  readonly #checker: Pick<StoreChecker, 'check'>;
  readonly #clock: Clock;
  #asked: ReadonlyMap<number, AskedStore> = new Map();
  /** How many times spaces were forgotten. */
  #forgotten = 0;
  readonly #recent: (string | undefined)[] = [];
  /** By space, as long as no blob was found in it: how many were absent, and at which count there is a doubt. */
  readonly #unproven = new Map<number, { absent: number; doubtAt: number }>();

  constructor(options: Options, checker: Pick<StoreChecker, 'check'>, clock: Clock, seed: Seed) {
    this.#checker = checker;
    this.#clock = clock;
    this.#presence = new Presence({
      spaces: MOST_SPACES,
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

  /** The spaces of a generation's stores, by their identities; none is taken from the generation in use. */
  spacesOf(identities: readonly string[]): readonly number[] {
    const taken = new Set<number>();
    return identities.map((identity) => {
      const isNew = this.#spaces.find(identity) === undefined;
      const space = this.#spaces.of(identity, (each) => taken.has(each) || this.#asked.has(each));
      taken.add(space);
      if (isNew) this.#unproven.set(space, { absent: 0, doubtAt: DOUBT_EVERY });
      return space;
    });
  }

  /**
   * Replaces the stores that are asked, by their spaces. Spaces left out are no longer asked: a store that is gone would
   * keep the whole configuration that it was in.
   */
  use(stores: ReadonlyMap<number, AskedStore>): void {
    this.#asked = stores;
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

  /** Remembers what another process found out. */
  learn(identity: string, digest: string, result: CheckResult): void {
    const space = this.#spaces.find(identity);
    if (space === undefined) return;
    if (result.state === 'present') this.#unproven.delete(space);
    this.#presence.learn(space, digest, result);
  }

  /**
   * Whether it is time to ask the upstream for a blob that is absent in this space: no blob was ever found in it, and so
   * many were absent since the last time.
   */
  takeDoubt(space: number): boolean {
    const unproven = this.#unproven.get(space);
    if (unproven === undefined || unproven.absent < unproven.doubtAt) return false;
    unproven.doubtAt =
      unproven.absent + (unproven.absent < OFTEN_UNTIL ? DOUBT_EVERY : DOUBT_LATER);
    return true;
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

  #forget(spaces: readonly number[]): void {
    this.#presence.forget(spaces);
    this.#forgotten++;
    for (const space of spaces) {
      this.#recent[space] = undefined;
      this.#unproven.delete(space);
    }
  }

  async #check(space: number, digest: string): Promise<CheckResult | undefined> {
    const forgotten = this.#forgotten;
    const store = this.#asked.get(space);
    const result = store && (await this.#send(store, digest));
    // The space may be another store's by now.
    if (forgotten !== this.#forgotten) return result;
    if (result?.state === 'present') {
      this.#recent[space] = digest;
      this.#unproven.delete(space);
    } else if (result?.state === 'absent') {
      const unproven = this.#unproven.get(space);
      if (unproven !== undefined) unproven.absent++;
    }
    return result;
  }

  async #send(store: AskedStore, digest: string): Promise<CheckResult | undefined> {
    const began = this.#clock.now();
    const url = await store.urlOf(digest);
    const answer = url === undefined ? NOTHING : await this.#checker.check(url, store.method);
    return store.answered(digest, answer, this.#clock.now() - began);
  }
}
