import { type Backend, usdPerGiB } from '@archeio/redirect';
import type { Place } from '@archeio/clouds';
import { addAmount, addCost, type Amount, type Cost, noAmount, noCost } from './amounts.ts';
import { BoundedTable } from './bounded-table.ts';
import type { Recorded } from './recorded.ts';
import type { Cause, Known, NotKnown } from './replay.ts';

/** Use of a backend under one configuration. */
export interface Use extends Amount, Cost {}

export interface BackendRow {
  readonly backend: string;
  readonly old: Use;
  readonly new: Use;
}

/** Requests that would go to a backend if it has the content, which is not known. */
export interface DependentRow extends Amount {
  readonly backend: string;
  readonly old: Cost;
  /** If it has all of it. */
  readonly new: Cost;
}

export interface RegionRow {
  /** Null for an unknown network; {@link OTHERS} for all beyond the maximum. */
  readonly cloud: string | null;
  readonly region: string | null;
  readonly all: Amount;
  readonly elsewhere: Amount;
  readonly old: Cost;
  readonly new: Cost;
}

/** Requests from one region that go elsewhere. Null is no backend: Archeio answers itself. */
export interface MoveRow extends Amount {
  readonly from: string | null;
  readonly to: string | null;
  readonly cloud: string | null;
  readonly region: string | null;
  readonly old: Cost;
  readonly new: Cost;
}

/** Stands for all regions beyond the maximum. */
export const OTHERS = '(others)';
/** Maximum number of rows of a table. */
const MOST_ROWS = 10_000;
const BYTES_PER_GIB = 1024 ** 3;

/** What the comparison of all requests has found. */
export class Totals {
  readonly all: Amount = noAmount();
  readonly unchanged: Amount = noAmount();
  readonly elsewhere: Amount = noAmount();
  readonly notKnown: Amount = noAmount();
  readonly notKnownBy: Readonly<Record<Cause, Amount>> = {
    presence: noAmount(),
    digest: noAmount(),
    place: noAmount(),
    clientAddress: noAmount(),
    networks: noAmount(),
    repositories: noAmount(),
    query: noAmount(),
  };
  readonly old: Cost = noCost();
  readonly new: Cost = noCost();
  /** Requests that the configuration in use sends to another backend than the recorded one. */
  notAsRecorded = 0;
  /** Requests while a backend was unhealthy. */
  unhealthy = 0;
  /** The first and last arrival. */
  first: string | null = null;
  last: string | null = null;
  readonly #places: readonly Place[];
  readonly #backends = new Map<string, BackendRow>();
  readonly #dependent = new Map<string, DependentRow>();
  readonly #regions: BoundedTable<RegionRow>;
  readonly #moves: BoundedTable<MoveRow>;

  constructor(places: readonly Place[], mostRows = MOST_ROWS) {
    this.#places = places;
    this.#regions = new BoundedTable(mostRows);
    this.#moves = new BoundedTable(mostRows);
  }

  /** Each backend that requests were sent to under one of the configurations. */
  get backends(): readonly BackendRow[] {
    return [...this.#backends.values()];
  }

  get dependent(): readonly DependentRow[] {
    return [...this.#dependent.values()];
  }

  /** Without requests of which it is not known where they go. */
  get regions(): readonly RegionRow[] {
    return this.#regions.rows;
  }

  get moves(): readonly MoveRow[] {
    return this.#moves.rows;
  }

  add(recorded: Recorded, result: Known | NotKnown, sawUnhealthy: boolean): void {
    addAmount(this.all, recorded);
    if (sawUnhealthy) this.unhealthy += recorded.requests;
    const { time } = recorded;
    if (time !== null) {
      if (this.first === null || time < this.first) this.first = time;
      if (this.last === null || time > this.last) this.last = time;
    }
    if ('cause' in result) this.#addNotKnown(recorded, result);
    else this.#addKnown(recorded, result);
  }

  #addNotKnown(recorded: Recorded, result: NotKnown): void {
    const { cause, on, from, oldPlace = -1, newPlace = -1 } = result;
    addAmount(this.notKnown, recorded);
    addAmount(this.notKnownBy[cause], recorded);
    if (on === undefined) return;
    let row = this.#dependent.get(on.name);
    if (row === undefined) {
      row = { backend: on.name, ...noAmount(), old: noCost(), new: noCost() };
      this.#dependent.set(on.name, row);
    }
    addAmount(row, recorded);
    addCost(row.old, this.#costOf(from, oldPlace, recorded.bytes));
    addCost(row.new, this.#costOf(on, newPlace, recorded.bytes));
  }

  #addKnown(recorded: Recorded, result: Known): void {
    const { from, to, isElsewhere, oldPlace, newPlace } = result;
    if (!result.isAsRecorded) this.notAsRecorded += recorded.requests;
    addAmount(isElsewhere ? this.elsewhere : this.unchanged, recorded);
    const before = this.#costOf(from, oldPlace, recorded.bytes);
    const after = this.#costOf(to, newPlace, recorded.bytes);
    addCost(this.old, before);
    addCost(this.new, after);
    if (from !== undefined) addUse(this.#backend(from).old, recorded, before);
    if (to !== undefined) addUse(this.#backend(to).new, recorded, after);
    const region = this.#region(recorded);
    addAmount(region.all, recorded);
    addCost(region.old, before);
    addCost(region.new, after);
    if (!isElsewhere) return;
    addAmount(region.elsewhere, recorded);
    const move = this.#move(recorded, from, to);
    addAmount(move, recorded);
    addCost(move.old, before);
    addCost(move.new, after);
  }

  #costOf(backend: Backend | undefined, place: number, bytes: number): Cost {
    if (backend === undefined) return noCost();
    const price = usdPerGiB(backend, this.#places[place]);
    return price === undefined
      ? { usd: 0, unpricedBytes: bytes }
      : { usd: (price * bytes) / BYTES_PER_GIB, unpricedBytes: 0 };
  }

  #backend({ name }: Backend): BackendRow {
    let row = this.#backends.get(name);
    if (row === undefined) {
      row = {
        backend: name,
        old: { ...noAmount(), ...noCost() },
        new: { ...noAmount(), ...noCost() },
      };
      this.#backends.set(name, row);
    }
    return row;
  }

  #region({ cloud, region }: Recorded): RegionRow {
    const make = (of: Pick<RegionRow, 'cloud' | 'region'>): RegionRow => ({
      ...of,
      all: noAmount(),
      elsewhere: noAmount(),
      old: noCost(),
      new: noCost(),
    });
    return this.#regions.at(
      `${cloud}\n${region}`,
      () => make({ cloud, region }),
      () => make({ cloud: OTHERS, region: OTHERS }),
    );
  }

  #move({ cloud, region }: Recorded, from: Backend | undefined, to: Backend | undefined): MoveRow {
    const way = { from: from?.name ?? null, to: to?.name ?? null };
    const make = (of: Pick<MoveRow, 'from' | 'to' | 'cloud' | 'region'>): MoveRow => ({
      ...of,
      ...noAmount(),
      old: noCost(),
      new: noCost(),
    });
    return this.#moves.at(
      `${way.from}\n${way.to}\n${cloud}\n${region}`,
      () => make({ ...way, cloud, region }),
      () => make({ from: OTHERS, to: OTHERS, cloud: OTHERS, region: OTHERS }),
    );
  }
}

function addUse(use: Use, amount: Amount, cost: Cost): void {
  addAmount(use, amount);
  addCost(use, cost);
}
