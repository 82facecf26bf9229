import { type Inventory, InventoryBuilder, provesAbsent } from '@archeio/inventory';
import { digestOf } from './blob-keys.ts';
import { Random } from './random.ts';
import { MINUTE, type Settings } from './settings.ts';
import { MISSING, RELEASED, type Release } from './traffic.ts';

/** The mirror writes an inventory this often, and instances read it this often (docs/reference/inventory-format.md). */
const WRITTEN_EVERY = 20 * MINUTE;
const READ_EVERY = 10 * MINUTE;

/** After a release, the mirror has copied its blobs to a store after this time. */
const COPIED_WITHIN = [10 * MINUTE, 40 * MINUTE] as const;

/** By number of blobs: building one takes longer than some runs. */
const BUILT = new Map<string, Inventory>();

function inventoryOf(blobs: number, released: number): Inventory {
  const id = `${blobs} ${released}`;
  let built = BUILT.get(id);
  if (built === undefined) {
    const builder = new InventoryBuilder();
    for (let blob = 0; blob < blobs; blob++) builder.add(digestOf(blob));
    for (let blob = 0; blob < released; blob++) builder.add(digestOf(RELEASED + blob));
    built = builder.build({ date: 0, destination: 'all', key: '{digest}' });
    BUILT.set(id, built);
  }
  return built;
}

/** The stores: what they have, and what their inventories list. */
export class Stores {
  readonly #settings: Settings;
  readonly #random: Random;
  readonly #count: number;
  readonly #before: Inventory | undefined;
  #after: Inventory | undefined;
  /** By store: when it has the blobs of the release. */
  #copiedAt: readonly number[] = [];

  constructor(settings: Settings, count: number) {
    this.#settings = settings;
    this.#count = count;
    this.#random = new Random(settings.seed, 'copies');
    this.#before = settings.inventory ? inventoryOf(settings.blobs, 0) : undefined;
  }

  /** Bytes of the inventory of one store. */
  get inventoryBytes(): number {
    return this.#before?.filter.fingerprints.length ?? 0;
  }

  release({ at, blobs }: Release): void {
    this.#copiedAt = Array.from(
      { length: this.#count },
      () => at + this.#random.between(...COPIED_WITHIN),
    );
    if (this.#settings.inventory) this.#after = inventoryOf(this.#settings.blobs, blobs);
  }

  has(store: number, blob: number, at: number): boolean {
    if (blob < MISSING) return true;
    return blob >= RELEASED && blob < 2 * RELEASED && at >= this.#copiedAt[store];
  }

  /**
   * Whether the inventory that an instance holds proves that a store lacks a blob.
   *
   * @param offset when the instance reads inventories, within `READ_EVERY`
   */
  provesAbsent(store: number, blob: number, at: number, offset: number): boolean {
    if (this.#before === undefined) return false;
    const isCurrent = this.#after !== undefined && at >= this.#listedAt(store, offset);
    return provesAbsent(isCurrent ? this.#after! : this.#before, digestOf(blob));
  }

  /** When an instance has read an inventory with the blobs of the release. */
  #listedAt(store: number, offset: number): number {
    const written = Math.ceil(this.#copiedAt[store] / WRITTEN_EVERY) * WRITTEN_EVERY;
    return Math.ceil((written - offset) / READ_EVERY) * READ_EVERY + offset;
  }
}

/** When an instance reads inventories: at this time after each multiple of the interval. */
export function readingOffset(random: Random): number {
  return random.below(READ_EVERY);
}
