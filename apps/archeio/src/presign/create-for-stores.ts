import type { Clock } from '@archeio/presence';
import type { Log } from '../log.ts';
import { createPresigner, type PresignedStore, type Presigner } from './presigner.ts';

/** A presigner by the AWS SDK's standard chain, which says in the log that credentials are missing, or there again. */
export function presignerFor(
  stores: readonly PresignedStore[],
  clock: Clock,
  log: Log,
): Promise<Presigner> {
  return createPresigner(stores, {
    clock,
    timeOfDay: Date.now,
    onChange: ({ stores: names, trouble }) =>
      trouble === undefined
        ? log.info('credentials-found', { stores: names })
        : log.warn('credentials-missing', { stores: names, trouble }),
  });
}
