import { decodeInventory, type Inventory } from '@archeio/inventory';
import type { Clock } from '@archeio/presence';
import type { SentInventory } from '../../ipc/ports.ts';
import type { Configuration } from '@archeio/configuration';

interface Held {
  inventory: Inventory | undefined;
  /** Time of this process's clock from which on it proves nothing. */
  until: number;
}

/** The current inventory of a store. */
export type HeldInventory = Readonly<Held>;

/** Identifies an inventory by its blobs and its configuration; undefined for a store without one. */
export function inventoryId({
  url,
  key,
  checkUrl,
  presign,
  inventory,
}: Configuration['stores'][number]): string | undefined {
  return inventory && JSON.stringify([url, checkUrl, key, presign, inventory]);
}

/** The inventories in which a process looks up blobs. They outlive configurations. */
export class Inventories {
  readonly #clock: Clock;
  readonly #held = new Map<string, Held>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The same object for the same inventory; {@link apply} changes it. */
  held(id: string): HeldInventory {
    return this.#find(id);
  }

  apply({ id, bytes, usableFor }: SentInventory): void {
    const held = this.#find(id);
    held.inventory = bytes === null ? undefined : decodeInventory(bytes);
    held.until = this.#clock.now() + usableFor;
  }

  #find(id: string): Held {
    const held = this.#held.get(id) ?? { inventory: undefined, until: -Infinity };
    this.#held.set(id, held);
    return held;
  }
}
