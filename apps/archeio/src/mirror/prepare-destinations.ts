import { reasonOf, sourceKey } from '@archeio/mirror';
import type { Destination } from './destination.ts';
import type { OpenMirror } from './open-mirror.ts';
import type { Source } from './source.ts';

/** What was found when destinations were made ready to be written to. */
export interface Prepared {
  /** Why nothing is written to a destination; the others are used. */
  readonly unusable: ReadonlyMap<Destination, string>;
}

/**
 * Writes into each destination which source is mirrored there, before anything else: gc leaves the blobs alone of a
 * destination that has those of another source.
 *
 * @throws FailedError where no destination can be written to
 */
export async function prepareDestinations({
  destinations,
  source,
}: Pick<OpenMirror, 'destinations' | 'source'>): Promise<Prepared> {
  const unusable = new Map<Destination, string>();
  let failure: unknown;
  await Promise.all(
    destinations.map(async (destination) => {
      try {
        await markSource(destination, source);
      } catch (error) {
        failure ??= error;
        unusable.set(destination, reasonOf(error));
      }
    }),
  );
  if (unusable.size === destinations.length) throw failure;
  return { unusable };
}

async function markSource(destination: Destination, { id, identity }: Source): Promise<void> {
  const key = sourceKey(id);
  if ((await destination.getText(key)) !== undefined) return;
  const since = new Date().toISOString();
  await destination.putText(key, `${JSON.stringify({ source: identity, since })}\n`);
}
