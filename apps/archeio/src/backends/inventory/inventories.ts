import { decodeInventory, type Inventory } from '@archeio/inventory';
import type { Clock } from '@archeio/presence';
import type { SentInventory } from '../../ipc/ports.ts';
import type { Configuration } from '@archeio/configuration';

type StoreOptions = Configuration['stores'][number];

/** A store's inventory as it is now. */
export interface HeldInventory {
  readonly inventory: Inventory | undefined;
  /** It proves nothing from then on; by the clock of this process. */
  readonly until: number;
}

/** What makes an inventory another one: the blobs that it is of, and all that it is configured by. */
export function inventoryId({
  url,
  key,
  checkUrl,
  presign,
  inventory,
}: StoreOptions): string | undefined {
  return inventory && JSON.stringify([url, checkUrl, key, presign, inventory]);
}

/** The inventories that a process looks blobs up in. It outlives configurations. */
export class Inventories {
  readonly #clock: Clock;
  readonly #held = new Map<string, { inventory: Inventory | undefined; until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The same object for the same inventory: what is sent later is seen in it. */
  held(id: string): HeldInventory {
    return this.#find(id);
  }

  apply({ id, bytes, usableFor }: SentInventory): void {
    const held = this.#find(id);
    held.inventory = bytes === null ? undefined : decodeInventory(bytes);
    held.until = this.#clock.now() + usableFor;
  }

  #find(id: string): { inventory: Inventory | undefined; until: number } {
    let held = this.#held.get(id);
    if (held === undefined) {
      held = { inventory: undefined, until: -Infinity };
      this.#held.set(id, held);
    }
    return held;
  }
}
