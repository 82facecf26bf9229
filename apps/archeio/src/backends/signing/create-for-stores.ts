import type { Clock } from '@archeio/presence';
import type { Log } from '../../platform/log.ts';
import {
  createPresigner,
  type PresignedStore,
  type Presigner,
  type PresignerParts,
} from './presigner.ts';

/** What a presigner depends on: another one is needed where this is another text. */
export function presignedKey(stores: readonly PresignedStore[]): string {
  return JSON.stringify(stores.flatMap(({ name, presign }) => (presign ? [[name, presign]] : [])));
}

/** A presigner by the AWS SDK's standard chain, which says in the log that credentials are missing, or there again. @param patience of {@link PresignerParts} */
export function presignerFor(
  stores: readonly PresignedStore[],
  clock: Clock,
  log: Pick<Log, 'info' | 'warn'>,
  patience?: PresignerParts['patience'],
): Promise<Presigner> {
  return createPresigner(stores, {
    clock,
    patience,
    timeOfDay: Date.now,
    onChange: ({ stores: names, trouble }) =>
      trouble === undefined
        ? log.info('credentials-found', { stores: names })
        : log.warn('credentials-missing', { stores: names, trouble }),
  });
}
