import type { Clock } from '@archeio/presence';
import type { Configuration } from '../configuration/configuration.ts';
import { inventoryId } from '../inventory/inventories.ts';
import { InventoryRefresh } from '../inventory/inventory-refresh.ts';
import { type InventoryOptions, inventorySource } from '../inventory/inventory-source.ts';
import type { Log } from '../log.ts';
import type { WorkerPort } from '../worker/ports.ts';
import type { HubService, ServedGeneration } from './service.ts';

/** What the service is made of. */
export interface InventoryServiceParts {
  readonly workers: ReadonlySet<WorkerPort>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Keeps the stores' inventories fresh, and sends them to the workers. */
export class InventoryService implements HubService {
  readonly #parts: InventoryServiceParts;
  /** By what makes them the same. */
  #refreshes: ReadonlyMap<string, InventoryRefresh> = new Map();

  constructor(parts: InventoryServiceParts) {
    this.#parts = parts;
  }

  adopt({ configuration }: ServedGeneration): void {
    const before = this.#refreshes;
    const refreshes = new Map<string, InventoryRefresh>();
    for (const store of configuration.stores) {
      const id = inventoryId(store);
      const { inventory } = store;
      if (!store.enabled || id === undefined || inventory === undefined) continue;
      refreshes.set(id, before.get(id) ?? this.#begin(id, store, inventory));
    }
    this.#refreshes = refreshes;
    for (const [id, refresh] of before) {
      if (refreshes.has(id)) continue;
      refresh.stop();
      for (const worker of this.#parts.workers) worker.inventory({ id, bytes: null, usableFor: 0 });
    }
    this.poke(this.#parts.clock.now());
  }

  joined(worker: WorkerPort): void {
    for (const refresh of this.#refreshes.values()) worker.inventory(refresh.sent);
  }

  poke(now: number): void {
    for (const refresh of this.#refreshes.values()) refresh.poke(now);
  }

  close(): void {
    for (const refresh of this.#refreshes.values()) refresh.stop();
  }

  #begin(
    id: string,
    { name, key }: Configuration['stores'][number],
    inventory: InventoryOptions,
  ): InventoryRefresh {
    const { workers, clock, log } = this.#parts;
    return new InventoryRefresh({
      ...inventory,
      id,
      store: name,
      key,
      read: inventorySource(inventory, clock),
      clock,
      wallClock: Date.now,
      random: Math.random,
      log,
      onChange: (sent) => {
        for (const worker of workers) worker.inventory(sent);
      },
    });
  }
}
