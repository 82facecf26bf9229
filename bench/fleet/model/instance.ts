import { type Known, Presence } from '@archeio/presence';
import { blobKeys } from './blob-keys.ts';
import type { Checks } from './checks.ts';
import type { Settings } from './settings.ts';
import type { Stores } from './stores.ts';
import type { Tally } from './tally.ts';
import type { VirtualClock } from './virtual-clock.ts';
import { walk } from './walk.ts';

export interface InstanceDependencies {
  readonly settings: Settings;
  readonly clock: VirtualClock;
  readonly stores: Stores;
  readonly storeCount: number;
  readonly checks: Checks;
  readonly tally: Tally;
}

/** Longer than one HEAD ever takes. */
const LONG = 100;

/** An instance of the redirector: the product's own memory and checks, over the model of everything around it. */
export class Instance {
  readonly region: number;
  /** The most entries that its memory had, over all its lives. */
  mostEntries = 0;
  /** Entries that were evicted before they expired, over all its lives. */
  evictions = 0;
  readonly #dependencies: InstanceDependencies;
  readonly #readsAt: number;
  #presence: Presence<number>;
  /** The blobs that requests are waiting for, and whether a store was asked for them meanwhile. */
  readonly #waiting = new Map<number, { headed: boolean }>();

  constructor(region: number, readsAt: number, dependencies: InstanceDependencies) {
    this.region = region;
    this.#readsAt = readsAt;
    this.#dependencies = dependencies;
    this.#presence = this.#empty();
  }

  /** Replaces the instance by an empty one. */
  restart(): void {
    this.note();
    this.#presence = this.#empty();
  }

  /** Updates `mostEntries` and `evictions`. */
  note(): void {
    this.mostEntries = Math.max(this.mostEntries, this.#presence.entries);
    this.evictions += this.#presence.evictions;
  }

  /** One request for a blob, as R11 and R12 decide it: from memory if everything is known, otherwise after asking. */
  request(stores: readonly number[], blob: number): void {
    const { tally } = this.#dependencies;
    tally.add('requests', this.region);
    if (stores.length === 0) return tally.add('stays', this.region);
    const proven: number[] = [];
    const { ask, recheck, found } = walk(stores, (store) => this.#presenceIn(store, blob, proven));
    // Of the first decision, before anything is asked: as packages/request-handler does.
    if (recheck >= 0) {
      tally.add('rechecks', this.region);
      this.#presence.check(recheck, blob);
    }
    if (ask !== undefined) {
      this.#ask(
        stores,
        ask.filter((store) => !proven.includes(store)),
        blob,
      );
    } else {
      tally.add(proven.length > 0 ? 'proven' : 'own', this.region);
      if (found < 0) this.#fromUpstream(stores, blob);
    }
  }

  /** What memory knows; if it knows nothing, an inventory may prove absence. */
  #presenceIn(store: number, blob: number, proven: number[]): Known {
    const { stores, clock } = this.#dependencies;
    const known = this.#presence.lookup(store, blob);
    if (known !== 'unasked' || !stores.provesAbsent(store, blob, clock.now(), this.#readsAt))
      return known;
    proven.push(store);
    return 'absent';
  }

  #ask(stores: readonly number[], ask: readonly number[], blob: number): void {
    const { tally, clock } = this.#dependencies;
    const began = clock.now();
    const others = this.#waiting.get(blob);
    const mine = others ?? { headed: false };
    if (others === undefined) this.#waiting.set(blob, mine);
    void this.#presence.ask(ask, blob).then(() => {
      if (others === undefined) this.#waiting.delete(blob);
      const took = clock.now() - began;
      tally.add(others === undefined ? (mine.headed ? 'store' : 'shared') : 'joined', this.region);
      tally.add('waited', this.region, took);
      if (took > LONG) tally.add('waitedLong', this.region);
      const { found } = walk(stores, (store) => this.#presenceIn(store, blob, []));
      if (found < 0) this.#fromUpstream(stores, blob);
    });
  }

  #fromUpstream(asked: readonly number[], blob: number): void {
    const { tally, clock, stores } = this.#dependencies;
    const isStored = asked.some((store) => stores.has(store, blob, clock.now()));
    tally.add(isStored ? 'avoidable' : 'upstream', this.region);
  }

  #empty(): Presence<number> {
    const { settings, clock, storeCount, checks } = this.#dependencies;
    const { entries, presentFor, absentFor, seed } = settings;
    return new Presence<number>({
      spaces: storeCount,
      keys: blobKeys(entries),
      clock,
      seed: [seed, this.region],
      lifetimes: { presentFor, absentFor, unknownFor: 10_000 },
      check: (store, blob) =>
        checks.check(this.region, store, blob, () => {
          const waiting = this.#waiting.get(blob);
          if (waiting !== undefined) waiting.headed = true;
        }),
    });
  }
}
