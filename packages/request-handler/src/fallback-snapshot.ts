import type { Snapshot } from '@archeio/redirect';

/** The snapshot to use after an internal error: no store is up, everything else is. */
export const FALLBACK_SNAPSHOT: Snapshot = Object.freeze({
  healthy: () => false,
  condition: (backend) => (backend.kind === 'store' ? 'down' : 'up'),
  presence: () => 'unknown',
  upstreamHas: () => 'unknown',
  isRepository: () => true,
} satisfies Snapshot);
