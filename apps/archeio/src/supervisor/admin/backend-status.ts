import type { BackendDescription } from '@archeio/backend-health';
import type { Backend } from '@archeio/redirect';
import type { SeenByCanary } from '../backend-owner.ts';
import type { InventoryState } from '../../ipc/inventory-state.ts';
import type { BackendStatus, InventoryStatus } from '../../ipc/status.ts';

/** A backend, its health, and for a store what is known of its blobs. */
export interface DescribedBackend {
  readonly backend: Pick<Backend, 'name' | 'kind' | 'url' | 'price'> &
    Partial<Pick<Backend, 'location'>>;
  readonly health: BackendDescription;
  readonly seen?: SeenByCanary | undefined;
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

/** The counts of a status, since the start. */
export type CountName = 'presenceChecks' | 'bytes' | 'usd' | 'upstreamUsd' | 'unknownSizes';

/**
 * @param now milliseconds since 1970
 * @param iso converts a time of the clock used for health
 */
export function backendStatusOf(
  {
    backend: { name, kind, url, location },
    health,
    seen,
    inventory,
    onlyUpstream,
  }: DescribedBackend,
  counts: Pick<BackendStatus, CountName>,
  now: number,
  iso: (moment: number) => string,
): BackendStatus {
  const { since, lastProbe, lastPass, history, ...rest } = health;
  return {
    name,
    kind,
    url,
    cloud: location?.cloud ?? null,
    region: location?.region ?? null,
    ...rest,
    since: since === null ? null : iso(since),
    lastProbe: lastProbe && {
      ...lastProbe,
      at: iso(lastProbe.at),
      saw: seen?.saw ?? null,
      seconds: seen === undefined ? null : seen.tookMs / 1000,
    },
    lastPass: lastPass === null ? null : iso(lastPass),
    history: history.map((each) => ({ ...each, at: iso(each.at) })),
    ...counts,
    blobsOnlyUpstream: onlyUpstream ?? null,
    inventory: inventory === undefined ? null : inventoryStatusOf(inventory, now),
  };
}
