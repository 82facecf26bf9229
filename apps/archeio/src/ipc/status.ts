import type { BackendDescription, Transition } from '@archeio/backend-health';
import type { CoverageChange } from '@archeio/clouds';
import type { Backend } from '@archeio/redirect';
import type { Totals } from '../metrics/totals.ts';
import type { Build } from '../platform/build.ts';
import type { InventoryState } from './inventory-state.ts';

/** Times are ISO 8601 in UTC; missing values are null. */
export interface Status extends Build {
  /** Process that owns the configuration and the admin listener. */
  readonly pid: number;
  readonly startedAt: string;
  readonly uptimeSeconds: number;
  readonly configuration: ConfigurationStatus;
  readonly processes: readonly ProcessStatus[];
  readonly backends: readonly BackendStatus[];
  readonly ranges: readonly RangesStatus[];
  readonly presence: PresenceStatus & {
    /** Null if it is not shared with other instances. */
    readonly shared: SharedPresenceStatus | null;
  };
  /** Since the start, over all processes, replaced ones included. */
  readonly totals: Totals;
}

/** The configuration in use, and the result of the last attempt to load one. */
export interface ConfigurationStatus {
  /** A file, a URL, or the name of a preset. */
  readonly location: string;
  /** 1 for the first, then counting up with each change. */
  readonly generation: number;
  readonly loadedAt: string;
  readonly lastReload: {
    readonly at: string;
    readonly successful: boolean;
    /** Why the new configuration was refused; empty if it was not. */
    readonly problems: readonly string[];
  } | null;
  /** Sections that are read only at the start, and that differ since. */
  readonly restartNeeded: readonly string[];
}

/** A process that answers requests. */
export interface ProcessStatus {
  readonly pid: number;
  readonly since: string;
  /** Whether it answers its supervisor; some new connections hang with one that does not. */
  readonly answering: boolean;
  /** Requests answered since then. */
  readonly requests: number;
}

/** The published ranges of one cloud. */
export interface RangesStatus {
  readonly cloud: string;
  /** The provider's date of the list; null if it has none. */
  readonly date: string | null;
  /** The provider's own name for this edition. */
  readonly version: string;
  readonly ipv4Prefixes: number;
  readonly ipv6Prefixes: number;
  /** Whether the configuration uses it, so that it is kept fresh. */
  readonly used: boolean;
  /** When the provider was last asked for it; null if it was not. */
  readonly lastAttempt: string | null;
  /** Why the last attempt failed or the new list was refused; null if it was not. */
  readonly lastError: string | null;
  /** The last refresh that changed it; null if none has. */
  readonly lastChange: RangesChange | null;
}

/** A change of a list. */
export interface RangesChange {
  readonly at: string;
  /** Number of prefixes before and after. */
  readonly before: number;
  readonly after: number;
  readonly ipv4: CoverageChange;
  readonly ipv6: CoverageChange;
}

/** The memory of blobs, over all processes. */
export interface PresenceStatus {
  readonly entries: number;
  /** Entries evicted before they expired. */
  readonly evictions: number;
  /** Checks in progress, by store. */
  readonly inFlight: Readonly<Record<string, number>>;
}

/** Presence that is shared with other instances. */
export interface SharedPresenceStatus {
  /** Number of processes that are connected to Redis, and of those that are not. */
  readonly connected: number;
  readonly disconnected: number;
  /** Checks since the start, over all processes, by how they got their answer. */
  readonly checks: Readonly<Record<string, number>>;
  /** Failed calls and lost connections since the start, by reason. */
  readonly errors: Readonly<Record<string, number>>;
}

/** A store or an upstream, and its health; times are ISO 8601. */
export interface BackendStatus
  extends
    Pick<Backend, 'name' | 'kind' | 'url'>,
    Omit<BackendDescription, 'since' | 'lastProbe' | 'lastPass' | 'history'> {
  /** The first cloud and region that it is near; null if none. */
  readonly cloud: string | null;
  readonly region: string | null;
  /** Time of its last change of state; null if it has not changed since the start. */
  readonly since: string | null;
  /** The last canary with an outcome; what it saw (`status 503`, `timeout`) and its duration. */
  readonly lastProbe: {
    readonly at: string;
    readonly outcome: 'pass' | 'fail';
    readonly saw: string | null;
    readonly seconds: number | null;
  } | null;
  readonly lastPass: string | null;
  /** Its last changes of state, oldest first. */
  readonly history: readonly (Omit<Transition, 'at'> & { readonly at: string })[];
  /** For a store, by result; since the start, over all processes. */
  readonly presenceChecks: Readonly<Record<string, number>>;
  /** Bytes of the blobs that clients fetched from it, as far as sizes are known; since the start, as what follows. */
  readonly bytes: number;
  /** Null if it has no price. */
  readonly usd: number | null;
  /** What the same bytes would have cost from the upstream; null if the backend or every upstream has no price. */
  readonly upstreamUsd: number | null;
  /** Redirects of blobs with GET whose size is not known: their bytes and dollars are not counted. */
  readonly unknownSizes: number;
  /**
   * For a store in which no blob was ever found: number of blobs that only the upstream has; 0 for other stores, null
   * for an upstream.
   */
  readonly blobsOnlyUpstream: number | null;
  /** Null for an upstream, and for a store without one. */
  readonly inventory: InventoryStatus | null;
}

/** The inventory of a store's blobs; missing values are null. */
export interface InventoryStatus {
  /** Whether it is in use. */
  readonly used: boolean;
  /** Why it is not: the first read has not finished, it could not be read, or it is too old. */
  readonly why: InventoryState['unused'];
  readonly date: string | null;
  readonly ageSeconds: number | null;
  readonly blobs: number | null;
  /** When it was last fetched or found unchanged. */
  readonly fetchedAt: string | null;
  /** Error of the last fetch; null if there was none. */
  readonly lastError: { readonly at: string; readonly problem: string } | null;
}
