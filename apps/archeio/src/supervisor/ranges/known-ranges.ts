import { type CloudRanges, compileRanges, sourcesOf, type CloudSource } from '@archeio/clouds';
import { formatPrefix } from '@archeio/netip';
import type { Log } from '../../platform/log.ts';
import { decodedRanges } from '../../configuration/decoded-ranges.ts';
import type { StoredList } from './stored-list.ts';

/** Where a cloud's list came from. */
export type Origin = 'shipped' | 'disk' | 'refresh';

/** What is known of one cloud's list: plain data, for `/api/status` and the metrics. */
export interface KnownRangesStatus {
  readonly cloud: string;
  /** Null where there is no list of that cloud yet. */
  readonly from: Origin | null;
  /** The provider's own date, ISO 8601 in UTC as all dates here; null where it gives none. */
  readonly date: string | null;
  /** The provider's own name for the edition; empty where it has none. */
  readonly version: string;
  /** When this list came; null where it came with archeio. */
  readonly fetchedAt: string | null;
  /** The last moment at which this was known to be the provider's list, ISO 8601: its age counts from here. */
  readonly asOf: string | null;
  readonly lastAttempt: string | null;
  readonly lastError: string | null;
  readonly ipv4Prefixes: number;
  readonly ipv6Prefixes: number;
}

interface Known {
  readonly source: CloudSource;
  readonly from: Origin;
  /** When this edition was made, as far as is known, milliseconds since 1970. */
  readonly edition: number;
  readonly stored?: StoredList;
}

interface Attempt {
  readonly at: string;
  readonly error: string | null;
}

/** Providers write dates in several ways. */
function isoOf(date: string | null | undefined): string | null {
  return date === null || date === undefined ? null : new Date(date).toISOString();
}

/** The newest date of all: what an undated list among them is dated by. */
function newestDate(sources: readonly CloudSource[]): number {
  return Math.max(0, ...sources.map(({ date }) => (date === null ? 0 : Date.parse(date))));
}

/** The list in use of each cloud, the newest there is, and the one table they make. */
export class KnownRanges {
  readonly #known = new Map<string, Known>();
  readonly #stored = new Map<string, StoredList>();
  readonly #attempts = new Map<string, Attempt>();
  readonly #log: Pick<Log, 'warn'>;
  readonly #shippedAt: number;
  #bytes: Uint8Array;
  #ranges: CloudRanges;
  #dirty = false;

  /** @throws SyntaxError if what ships is no snapshot */
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

  /** The list in use. */
  listOf(cloud: string): CloudSource | undefined {
    return this.#known.get(cloud)?.source;
  }

  /** What was last had from the provider, whether it is in use or what ships is newer. */
  storedOf(cloud: string): StoredList | undefined {
    return this.#stored.get(cloud);
  }

  /** Takes a list; it is used unless what is known is newer. Says whether it is. */
  take(list: StoredList, from: 'disk' | 'refresh'): boolean {
    const { cloud, date } = list.source;
    // None was made after it came: a date in the future would keep all later lists out.
    const edition = Math.min(Date.parse(date ?? list.fetchedAt), Date.parse(list.fetchedAt));
    const known = this.#known.get(cloud);
    if (known !== undefined && known.edition > edition) {
      // What it came with is still good for asking whether there is anything else.
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

  /** Makes the table of the lists in use; says whether it differs from the one before. */
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

  /** Notes that a provider was asked. */
  attempted(cloud: string, at: string, error: string | null): void {
    this.#attempts.set(cloud, { at, error });
  }

  /** Each cloud that there is a list of, or that was asked for one, by name. */
  status(): KnownRangesStatus[] {
    const clouds = new Set([...this.#known.keys(), ...this.#attempts.keys()]);
    return [...clouds].toSorted().map((cloud) => {
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
        ipv4Prefixes: this.#ranges.prefixCount(cloud, 4),
        ipv6Prefixes: this.#ranges.prefixCount(cloud, 6),
      };
    });
  }
}
