import type { Snapshot } from '@archeio/redirect';

/** The snapshot to decide by when ours has failed: no store is used, everything else is. */
export const FALLBACK_SNAPSHOT: Snapshot = Object.freeze({
  healthy: () => false,
  condition: (backend) => (backend.kind === 'store' ? 'down' : 'up'),
  presence: () => 'unknown',
  upstreamHas: () => 'unknown',
  isRepository: () => true,
} satisfies Snapshot);
