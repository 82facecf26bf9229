import type { BackendDescription } from '@archeio/backend-health';
import type { Backend } from '@archeio/redirect';
import type { Totals } from '../metrics/totals.ts';
import type { Build } from '../platform/build.ts';
import type { InventoryState } from './inventory-state.ts';

/** Moments are ISO 8601 in UTC; what there is not is null. */
export interface Status extends Build {
  /** Of the process that owns configuration and admin listener. */
  readonly pid: number;
  readonly startedAt: string;
  readonly uptimeSeconds: number;
  readonly configuration: ConfigurationStatus;
  readonly processes: readonly ProcessStatus[];
  readonly backends: readonly BackendStatus[];
  readonly ranges: readonly RangesStatus[];
  readonly presence: PresenceStatus;
  /** Since the start, over all processes, also those that have been replaced. */
  readonly totals: Totals;
}

/** Which configuration is in use, and what came of the last attempt to load one. */
export interface ConfigurationStatus {
  /** A file, a URL, or the name of a preset. */
  readonly location: string;
  /** 1 for the first, one more with each that was swapped in. */
  readonly generation: number;
  readonly loadedAt: string;
  readonly lastReload: {
    readonly at: string;
    readonly successful: boolean;
    /** Why the new configuration was kept out; empty where it was not. */
    readonly problems: readonly string[];
  } | null;
}

/** A process that answers requests. */
export interface ProcessStatus {
  readonly pid: number;
  readonly since: string;
  /** Whether it answers its supervisor; part of all new connections hang with one that does not. */
  readonly answering: boolean;
  /** Answered since then. */
  readonly requests: number;
}

/** The published ranges of one cloud. */
export interface RangesStatus {
  readonly cloud: string;
  /** When the provider made the list; null where it does not say. */
  readonly date: string | null;
  /** The provider's own name for this edition. */
  readonly version: string;
  readonly ipv4Prefixes: number;
  readonly ipv6Prefixes: number;
}

/** What is remembered of blobs, over all processes. */
export interface PresenceStatus {
  readonly entries: number;
  /** Entries dropped before they expired, to make room. */
  readonly evictions: number;
  /** Checks under way, by store. */
  readonly inFlight: Readonly<Record<string, number>>;
}

/** A store or an upstream, and what is thought of it; moments are ISO 8601. */
export interface BackendStatus
  extends
    Pick<Backend, 'name' | 'kind' | 'url'>,
    Omit<BackendDescription, 'since' | 'lastProbe' | 'lastPass' | 'history'> {
  /** Since when it is up, or is not; null where that is so since the start. */
  readonly since: string | null;
  readonly lastProbe: { readonly at: string; readonly outcome: 'pass' | 'fail' } | null;
  readonly lastPass: string | null;
  /** The last times that it went up or down, oldest first. */
  readonly history: readonly {
    readonly at: string;
    readonly state: 'up' | 'down';
    readonly why: BackendDescription['why'];
  }[];
  /** Of a store, by what came of them; since the start, over all processes. */
  readonly presenceChecks: Readonly<Record<string, number>>;
  /**
   * Of a store in which no blob was ever found: how many blobs it has not and the upstream has; 0 for other stores, null
   * for an upstream.
   */
  readonly blobsOnlyUpstream: number | null;
  /** Null where the backend is an upstream, or a store without one. */
  readonly inventory: InventoryStatus | null;
}

/** The inventory of a store's blobs; null is what there is not. */
export interface InventoryStatus {
  /** Whether blobs are looked up in it. */
  readonly used: boolean;
  /** Why it is not: the first reading has not ended, it could not be read, or it is too old. */
  readonly why: InventoryState['unused'];
  readonly date: string | null;
  readonly ageSeconds: number | null;
  readonly blobs: number | null;
  /** When it was last fetched, or was found to be the same as before. */
  readonly fetchedAt: string | null;
  /** What went wrong when it was last to be fetched; null where nothing did. */
  readonly lastError: { readonly at: string; readonly problem: string } | null;
}
