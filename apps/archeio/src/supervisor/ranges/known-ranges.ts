import { type CloudRanges, compileRanges, sourcesOf, type CloudSource } from '@archeio/clouds';
import { formatPrefix } from '@archeio/netip';
import type { Log } from '../../platform/log.ts';
import type { RangesChange } from '../../ipc/status.ts';
import { decodedRanges } from '../../configuration/decoded-ranges.ts';
import type { StoredList } from './stored-list.ts';

/** Where a cloud's list came from. */
type Origin = 'shipped' | 'disk' | 'refresh';

/** The state of one cloud's list, as plain data for `/api/status` and the metrics. Dates are ISO 8601 in UTC. */
export interface KnownRangesStatus {
  readonly cloud: string;
  /** Null if no list of that cloud is known yet. */
  readonly from: Origin | null;
  /** The provider's own date; null if it has none. */
  readonly date: string | null;
  /** The provider's own name for the edition; empty if it has none. */
  readonly version: string;
  /** When this list was fetched; null if it shipped with Archeio. */
  readonly fetchedAt: string | null;
  /** The last time at which this was known to be the provider's list: its age counts from here. */
  readonly asOf: string | null;
  readonly lastAttempt: string | null;
  readonly lastError: string | null;
  /** The last refresh that changed it; null if none has. */
  readonly lastChange: RangesChange | null;
  readonly ipv4Prefixes: number;
  readonly ipv6Prefixes: number;
}

interface Known {
  readonly source: CloudSource;
  readonly from: Origin;
  /** Best known date of this edition, milliseconds since 1970. */
  readonly edition: number;
  readonly stored?: StoredList;
}

interface Attempt {
  readonly at: string;
  readonly error: string | null;
}

/** Converts a provider's date, whose format varies. */
function isoOf(date: string | null | undefined): string | null {
  return date === null || date === undefined ? null : new Date(date).toISOString();
}

/** The newest date of the lists, which is assumed for undated ones. */
function newestDate(sources: readonly CloudSource[]): number {
  return Math.max(0, ...sources.map(({ date }) => (date === null ? 0 : Date.parse(date))));
}

/** The newest known list of each cloud, and the table compiled from all of them. */
export class KnownRanges {
  readonly #known = new Map<string, Known>();
  readonly #stored = new Map<string, StoredList>();
  readonly #attempts = new Map<string, Attempt>();
  readonly #changes = new Map<string, RangesChange>();
  readonly #log: Pick<Log, 'warn'>;
  readonly #shippedAt: number;
  #bytes: Uint8Array;
  #ranges: CloudRanges;
  #dirty = false;

  /** @throws SyntaxError if `shipped` is not a snapshot */
  constructor(shipped: Uint8Array, log: Pick<Log, 'warn'>) {
    this.#log = log;
    this.#bytes = shipped;
    this.#ranges = decodedRanges(shipped);
    const sources = sourcesOf(this.#ranges);
    this.#shippedAt = newestDate(sources);
    for (const source of sources) {
      const edition = source.date === null ? this.#shippedAt : Date.parse(source.date);
      this.#known.set(source.cloud, { source, from: 'shipped', edition });
    }
  }

  /** The snapshot of all lists in use, as of the last {@link compile}. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The same, decoded. */
  get ranges(): CloudRanges {
    return this.#ranges;
  }

  /** The cloud's list in use. */
  listOf(cloud: string): CloudSource | undefined {
    return this.#known.get(cloud)?.source;
  }

  /** The list last fetched from the provider, even if the shipped one is newer and in use. */
  storedOf(cloud: string): StoredList | undefined {
    return this.#stored.get(cloud);
  }

  /** Uses a list unless a newer one is known. Returns whether it is used. */
  take(list: StoredList, from: 'disk' | 'refresh'): boolean {
    const { cloud, date } = list.source;
    // A list cannot be newer than its fetch: a date in the future would keep later lists from being used.
    const edition = Math.min(Date.parse(date ?? list.fetchedAt), Date.parse(list.fetchedAt));
    const known = this.#known.get(cloud);
    if (known !== undefined && known.edition > edition) {
      // Its validators are still useful for the next request.
      if (!this.#stored.has(cloud)) this.#stored.set(cloud, list);
      return false;
    }
    const had = known?.stored?.fetchedAt === list.fetchedAt;
    const same = known?.source === list.source || (from === 'disk' && had) ? known : undefined;
    this.#stored.set(cloud, list);
    this.#known.set(cloud, {
      source: same?.source ?? list.source,
      from: same?.from ?? from,
      edition,
      stored: list,
    });
    this.#dirty ||= same === undefined;
    return true;
  }

  /** Takes lists that were read from disk. */
  takeAll(lists: readonly StoredList[]): void {
    for (const list of lists) this.take(list, 'disk');
  }

  /** Compiles the lists in use. Returns whether the result differs from the last one. */
  compile(): boolean {
    if (!this.#dirty) return false;
    this.#dirty = false;
    const sources = [...this.#known.values()].map(({ source }) => source);
    const bytes = compileRanges(sources, ({ prefix, kept, dropped }) =>
      this.#log.warn('ranges-conflict', { prefix: formatPrefix(prefix), kept, dropped }),
    );
    if (Buffer.from(bytes).equals(this.#bytes)) return false;
    this.#ranges = decodedRanges(bytes);
    this.#bytes = bytes;
    return true;
  }

  /** Records an attempt to fetch a list. */
  attempted(cloud: string, at: string, error: string | null): void {
    this.#attempts.set(cloud, { at, error });
  }

  /** Records a refresh that changed a list. */
  changed(cloud: string, change: RangesChange): void {
    this.#changes.set(cloud, change);
  }

  /** The state of every cloud that has a list or was asked for one, in order of name. */
  status(): KnownRangesStatus[] {
    return [...new Set([...this.#known.keys(), ...this.#attempts.keys()])]
      .toSorted()
      .map((cloud) => {
        const known = this.#known.get(cloud);
        const attempt = this.#attempts.get(cloud);
        const made = known?.edition ? new Date(known.edition).toISOString() : null;
        return {
          cloud,
          from: known?.from ?? null,
          date: isoOf(known?.source.date),
          version: known?.source.version ?? '',
          fetchedAt: isoOf(known?.stored?.fetchedAt),
          asOf: isoOf(known?.stored?.checkedAt) ?? made,
          lastAttempt: attempt?.at ?? null,
          lastError: attempt?.error ?? null,
          lastChange: this.#changes.get(cloud) ?? null,
          ipv4Prefixes: this.#ranges.prefixCount(cloud, 4),
          ipv6Prefixes: this.#ranges.prefixCount(cloud, 6),
        };
      });
  }
}
