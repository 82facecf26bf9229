import type { Clock } from '@archeio/presence';
import { StatedError } from '@archeio/plain-errors';
import type { Log } from '../../platform/log.ts';
import type { Validators } from '../../platform/fetch-bytes.ts';
import { acceptInventory } from '../../backends/inventory/accept-inventory.ts';
import type { SentInventory } from '../../ipc/ports.ts';
import { NOT_MODIFIED, type ReadInventory } from './inventory-source.ts';
import type { InventoryState } from '../../ipc/inventory-state.ts';

/** Largest share of the interval by which a refresh is randomly early, so that servers do not refresh all at once. */
const EARLY = 0.1;

interface InventoryRefreshOptions {
  readonly id: string;
  /** The store's name. */
  readonly store: string;
  /** The store's key template. */
  readonly key: string;
  /** Milliseconds. */
  readonly maxAge: number;
  readonly refreshEvery: number;
  readonly read: ReadInventory;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Log;
  readonly onChange: (sent: SentInventory) => void;
}

interface Known {
  readonly bytes: Uint8Array;
  readonly date: number;
  readonly blobs: number;
  readonly validators: Validators;
}

/** Keeps one store's inventory fresh. The last good one stays in use until it is too old. */
export class InventoryRefresh {
  readonly #options: InventoryRefreshOptions;
  readonly #end = new AbortController();
  #known: Known | undefined;
  #fetchedAt: number | null = null;
  #lastError: InventoryState['lastError'] = null;
  #due = -Infinity;
  #cancelTimer: () => void = () => undefined;

  /** Reads nothing before the first call of {@link InventoryRefresh.runDue}. */
  constructor(options: InventoryRefreshOptions) {
    this.#options = options;
  }

  /** The current message for workers. */
  get sent(): SentInventory {
    const { id } = this.#options;
    const usableFor = this.#usableFor;
    return { id, bytes: usableFor > 0 && this.#known ? this.#known.bytes : null, usableFor };
  }

  get state(): InventoryState {
    const { date = null, blobs = null } = this.#known ?? {};
    const unused = this.#unused;
    return { unused, date, blobs, fetchedAt: this.#fetchedAt, lastError: this.#lastError };
  }

  /** Reads it if it is due. Costs a comparison. @param now milliseconds */
  runDue(now: number): void {
    if (now < this.#due || this.#end.signal.aborted) return;
    this.#due = Infinity;
    this.#cancelTimer();
    void this.#refresh();
  }

  stop(): void {
    this.#end.abort();
    this.#cancelTimer();
  }

  get #usableFor(): number {
    const { maxAge, wallClock } = this.#options;
    return this.#known === undefined ? 0 : Math.max(0, this.#known.date + maxAge - wallClock());
  }

  get #unused(): InventoryState['unused'] {
    if (this.#known !== undefined) return this.#usableFor > 0 ? null : 'too-old';
    return this.#lastError === null ? 'awaited' : 'not-loaded';
  }

  async #refresh(): Promise<void> {
    const { store, log, clock, wallClock, random, refreshEvery, onChange } = this.#options;
    const { signal } = this.#end;
    try {
      const fetched = await this.#options.read(this.#known?.validators ?? {}, signal);
      if (signal.aborted) return;
      if (fetched.kind === 'bytes') {
        this.#known = this.#accept(fetched.bytes, fetched.validators);
        onChange(this.sent);
      } else if (this.#known === undefined) {
        throw new StatedError(NOT_MODIFIED);
      }
      this.#fetchedAt = wallClock();
      this.#lastError = null;
    } catch (error) {
      if (signal.aborted) return;
      const problem = error instanceof Error ? error.message : String(error);
      this.#lastError = { at: wallClock(), problem };
      log.warn('inventory-not-loaded', { store, problem });
    }
    if (this.#known !== undefined && this.#usableFor === 0)
      log.warn('inventory-too-old', { store, date: new Date(this.#known.date).toISOString() });
    const wait = refreshEvery * (1 - EARLY * random());
    this.#due = clock.now() + wait;
    // The timer may fire a little early.
    this.#cancelTimer = clock.after(wait, () => this.runDue(Infinity));
  }

  /** @throws Error that says why it is refused */
  #accept(bytes: Uint8Array, validators: Validators): Known {
    const { store, key, wallClock, log } = this.#options;
    const { date, destination, filter } = acceptInventory(bytes, key, wallClock());
    const about = { destination, date: new Date(date).toISOString(), blobs: filter.count };
    log.info('inventory-loaded', { store, ...about });
    return { bytes, date, blobs: filter.count, validators };
  }
}
