import type { Configuration } from '@archeio/configuration';
import { inventoryId } from '../../backends/inventory/inventories.ts';
import { InventoryRefresh } from './inventory-refresh.ts';
import { type InventoryOptions, inventorySource } from './inventory-source.ts';
import type { InventoryState } from '../../ipc/inventory-state.ts';
import { needsSignature } from './needs-signature.ts';
import type { WorkerPort } from '../../ipc/ports.ts';
import type { ServedGeneration, ServiceDependencies, SupervisorService } from '../service.ts';
import type { SigningService } from '../signing/signing-service.ts';

type StoreOptions = Configuration['stores'][number];

/** Dependencies of the service. */
interface InventoryServiceDependencies extends Omit<ServiceDependencies, 'owner'> {
  /** Must adopt each generation before this service does. */
  readonly signing: Pick<SigningService, 'sign'>;
}

/** Keeps the stores' inventories fresh, and sends them to the workers. */
export class InventoryService implements SupervisorService {
  readonly #dependencies: InventoryServiceDependencies;
  /** By {@link inventoryId}. */
  #refreshes: ReadonlyMap<string, InventoryRefresh> = new Map();
  /** The stores that have each inventory, by {@link inventoryId}. */
  #stores: ReadonlyMap<string, readonly StoreOptions[]> = new Map();

  constructor(dependencies: InventoryServiceDependencies) {
    this.#dependencies = dependencies;
  }

  adopt({ configuration }: ServedGeneration): void {
    const before = this.#refreshes;
    const stores = new Map<string, StoreOptions[]>();
    const refreshes = new Map<string, InventoryRefresh>();
    for (const store of configuration.stores) {
      const id = inventoryId(store);
      const { inventory } = store;
      if (!store.enabled || id === undefined || inventory === undefined) continue;
      const same = stores.get(id);
      if (same === undefined) stores.set(id, [store]);
      else same.push(store);
      const refresh = refreshes.get(id) ?? before.get(id) ?? this.#begin(id, store, inventory);
      refreshes.set(id, refresh);
    }
    this.#stores = stores;
    this.#refreshes = refreshes;
    for (const [id, refresh] of before) {
      if (refreshes.has(id)) continue;
      refresh.stop();
      for (const worker of this.#dependencies.workers)
        worker.inventory({ id, bytes: null, usableFor: 0 });
    }
    this.runDue(this.#dependencies.clock.now());
  }

  joined(worker: WorkerPort): void {
    for (const refresh of this.#refreshes.values()) worker.inventory(refresh.sent);
  }

  runDue(now: number): void {
    for (const refresh of this.#refreshes.values()) refresh.runDue(now);
  }

  close(): void {
    for (const refresh of this.#refreshes.values()) refresh.stop();
  }

  /** The state of each inventory in use, by the name of its store. */
  states(): ReadonlyMap<string, InventoryState> {
    return new Map(
      [...this.#refreshes].flatMap(([id, { state }]) =>
        (this.#stores.get(id) ?? []).map(({ name }) => [name, state] as const),
      ),
    );
  }

  #begin(id: string, store: StoreOptions, inventory: InventoryOptions): InventoryRefresh {
    const { name, key } = store;
    const { workers, signing, clock, log } = this.#dependencies;
    return new InventoryRefresh({
      ...inventory,
      id,
      store: name,
      key,
      read: inventorySource(inventory, {
        clock,
        // A reload may have renamed the store, and credentials are found by name.
        ...(needsSignature(store) && {
          sign: (url: string) => signing.sign(this.#stores.get(id)?.[0] ?? store, url),
        }),
      }),
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
