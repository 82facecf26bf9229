import type { CheckResult } from '@archeio/presence';
import { type CheckMethod, digestKeys, type StoreAnswer } from '@archeio/content-checks';
import { BackendPresence, type BackendPresenceDependencies } from './backend-presence.ts';

/** While no blob was ever found in a store, the upstream is asked for one in eight of its absent blobs, later one in 64. */
const DOUBT_EVERY = 8;
const DOUBT_LATER = 64;
const OFTEN_UNTIL = 64;

/** A store as one generation asks it. */
export interface AskedStore {
  readonly method: CheckMethod;
  /** The URL to ask for a blob; undefined if it cannot be signed. */
  urlOf(digest: string): string | Promise<string | undefined>;
  /**
   * Called with each answer.
   *
   * @param took milliseconds
   * @returns what it means for the blob; undefined if it means nothing
   */
  answered(digest: string, answer: StoreAnswer, took: number): CheckResult | undefined;
}

const NOTHING: StoreAnswer = Object.freeze({ kind: 'nothing' });

/** Whether stores have blobs. */
export class StorePresence extends BackendPresence<string> {
  #asked: ReadonlyMap<number, AskedStore> = new Map();
  /** Number of times that spaces were forgotten. */
  #forgotten = 0;
  readonly #recent: (string | undefined)[] = [];
  /** By space, until a blob is found in it: the number of absent blobs, and the number at which to doubt the store. */
  readonly #unproven = new Map<number, { absent: number; doubtAt: number }>();

  constructor(dependencies: BackendPresenceDependencies) {
    super(dependencies, digestKeys(dependencies.options.entries));
  }

  /** The spaces of a generation's stores, by their identities; none is taken from the generation in use. */
  spacesOf(identities: readonly string[]): readonly number[] {
    const taken = new Set<number>();
    return identities.map((identity) => {
      const isNew = this.spaces.find(identity) === undefined;
      const space = this.spaces.of(identity, (each) => taken.has(each) || this.#asked.has(each));
      taken.add(space);
      if (isNew) this.#unproven.set(space, { absent: 0, doubtAt: DOUBT_EVERY });
      return space;
    });
  }

  /**
   * Replaces the stores that are asked, by their spaces. Spaces left out are no longer asked: a removed store would keep
   * its whole configuration in memory.
   */
  use(stores: ReadonlyMap<number, AskedStore>): void {
    this.#asked = stores;
  }

  /** Remembers what another process found. */
  learn(identity: string, digest: string, result: CheckResult): void {
    const space = this.spaces.find(identity);
    if (space === undefined) return;
    if (result.state === 'present') this.#unproven.delete(space);
    this.presence.learn(space, digest, result);
  }

  /** Whether to ask the upstream for a blob that is absent in this space: no blob was ever found in it, and many were absent. */
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

  protected override forget(spaces: readonly number[]): void {
    super.forget(spaces);
    this.#forgotten++;
    for (const space of spaces) {
      this.#recent[space] = undefined;
      this.#unproven.delete(space);
    }
  }

  protected override async send(space: number, digest: string): Promise<CheckResult | undefined> {
    const store = this.#asked.get(space);
    if (store === undefined) return undefined;
    const forgotten = this.#forgotten;
    const began = this.clock.now();
    const url = await store.urlOf(digest);
    const answer = url === undefined ? NOTHING : await this.checker.check(url, store.method);
    const result = store.answered(digest, answer, this.clock.now() - began);
    // The space may belong to another store now.
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
}
