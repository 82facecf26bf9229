import type { CheckResult, SharedChecks, SharedOther } from '@archeio/presence';
import { type CheckMethod, digestKeys, type StoreAnswer } from '@archeio/content-checks';
import { sharedKey } from '../shared/shared-key.ts';
import { BackendPresence, type BackendPresenceDependencies } from './backend-presence.ts';

/** While no blob was ever found in a store, the upstream is asked for one in eight of its absent blobs, later one in 64. */
const DOUBT_EVERY = 8;
const DOUBT_LATER = 64;
const OFTEN_UNTIL = 64;

/** A store as one generation asks it. */
export interface AskedStore {
  readonly method: CheckMethod;
  /** The beginning of its keys in a shared memory; undefined if results are not shared. */
  readonly sharedPrefix?: Buffer | undefined;
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
  readonly #shared: SharedChecks | undefined;
  /** The spaces of the request that begins to ask. */
  #wanted: readonly number[] = [];
  /** Digests that are only explained: nothing of them is written. */
  readonly #explained = new Set<string>();
  /** Whether the store itself must be asked. */
  #direct = false;
  /** Number of times that spaces were forgotten. */
  #forgotten = 0;
  readonly #recent: (string | undefined)[] = [];
  /** By space, until a blob is found in it: the number of absent blobs, and the number at which to doubt the store. */
  readonly #unproven = new Map<number, { absent: number; doubtAt: number }>();

  constructor(dependencies: BackendPresenceDependencies) {
    super(dependencies, digestKeys(dependencies.options.entries));
    this.#shared = dependencies.shared;
  }

  /** Whether results are shared with other instances. */
  get isShared(): boolean {
    return this.#shared !== undefined;
  }

  /**
   * Asks the spaces for a blob; resolves within the budget in any case, and never rejects.
   *
   * @param explained whether this only explains a request: then results are read from other instances, but not shared
   */
  ask(spaces: readonly number[], digest: string, explained = false): Promise<void> {
    if (this.#shared === undefined) return this.presence.ask(spaces, digest);
    if (explained) this.#explained.add(digest);
    // The first check begins before this returns.
    this.#wanted = spaces;
    const asked = this.presence.ask(spaces, digest);
    this.#wanted = [];
    return explained ? asked.finally(() => this.#explained.delete(digest)) : asked;
  }

  /** Starts a check in the background that asks the store itself, for its health. */
  askStore(space: number, digest: string): void {
    this.#direct = true;
    this.presence.check(space, digest);
    this.#direct = false;
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

  protected override send(space: number, digest: string): Promise<CheckResult | undefined> {
    const store = this.#asked.get(space);
    if (store === undefined) return Promise.resolve(undefined);
    const key = this.#direct ? undefined : this.#keyOf(space, digest);
    return this.#shared === undefined || key === undefined
      ? this.#sendTo(space, store, digest)
      : this.#share(this.#shared, key, space, store, digest);
  }

  #keyOf(space: number, digest: string): Buffer | undefined {
    const prefix = this.#asked.get(space)?.sharedPrefix;
    return prefix && sharedKey(prefix, digest);
  }

  async #share(
    shared: SharedChecks,
    key: Buffer,
    space: number,
    store: AskedStore,
    digest: string,
  ): Promise<CheckResult | undefined> {
    const forgotten = this.#forgotten;
    const result = await shared.check({
      key,
      ask: () => this.#sendTo(space, store, digest),
      others: this.#othersOf(space, digest),
      readOnly: this.#explained.has(digest),
    });
    // Its number may belong to another store now.
    if (result?.state === 'present' && forgotten === this.#forgotten) this.#unproven.delete(space);
    return result;
  }

  /** The other stores of the request whose answer is not known: one round trip reads them all. */
  #othersOf(space: number, digest: string): SharedOther[] {
    const forgotten = this.#forgotten;
    return this.#wanted.flatMap((other) => {
      if (other === space || this.presence.lookup(other, digest) !== 'unasked') return [];
      const key = this.#keyOf(other, digest);
      const learn = (result: CheckResult): void => {
        if (forgotten !== this.#forgotten) return;
        if (this.presence.lookup(other, digest) !== 'unasked') return;
        if (result.state === 'present') this.#unproven.delete(other);
        this.presence.learn(other, digest, result);
      };
      return key === undefined ? [] : [{ key, learn }];
    });
  }

  async #sendTo(
    space: number,
    store: AskedStore,
    digest: string,
  ): Promise<CheckResult | undefined> {
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
