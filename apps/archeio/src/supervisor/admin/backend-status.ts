import type { BackendDescription } from '@archeio/backend-health';
import type { Backend } from '@archeio/redirect';
import type { InventoryState } from '../../ipc/inventory-state.ts';

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

/** A backend, as the policy and the owner of its health know it. */
export interface DescribedBackend {
  readonly backend: Pick<Backend, 'name' | 'kind' | 'url'>;
  readonly health: BackendDescription;
  readonly inventory?: InventoryState | undefined;
  readonly onlyUpstream?: number | undefined;
}

/** @param now milliseconds since 1970 */
function inventoryStatusOf(
  { unused, date, blobs, fetchedAt, lastError }: InventoryState,
  now: number,
): InventoryStatus {
  const iso = (moment: number): string => new Date(moment).toISOString();
  return {
    used: unused === null,
    why: unused,
    date: date === null ? null : iso(date),
    ageSeconds: date === null ? null : Math.max(0, Math.floor((now - date) / 1000)),
    blobs,
    fetchedAt: fetchedAt === null ? null : iso(fetchedAt),
    lastError: lastError && { ...lastError, at: iso(lastError.at) },
  };
}

/**
 * @param now milliseconds since 1970
 * @param iso the text of a moment of the clock by which health is kept
 */
export function backendStatusOf(
  { backend: { name, kind, url }, health, inventory, onlyUpstream }: DescribedBackend,
  presenceChecks: Readonly<Record<string, number>>,
  now: number,
  iso: (moment: number) => string,
): BackendStatus {
  const { since, lastProbe, lastPass, history, ...rest } = health;
  return {
    name,
    kind,
    url,
    ...rest,
    since: since === null ? null : iso(since),
    lastProbe: lastProbe && { ...lastProbe, at: iso(lastProbe.at) },
    lastPass: lastPass === null ? null : iso(lastPass),
    history: history.map((each) => ({ ...each, at: iso(each.at) })),
    presenceChecks,
    blobsOnlyUpstream: onlyUpstream ?? null,
    inventory: inventory === undefined ? null : inventoryStatusOf(inventory, now),
  };
}
