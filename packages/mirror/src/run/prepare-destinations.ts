import { type Problem, reasonOf, sourceKey } from '@archeio/mirror-plan';
import type { Destination } from '../destination/destination.ts';
import type { OpenMirror } from './open-mirror.ts';
import { s3Status } from '../destination/s3/s3-error.ts';
import type { Source } from '../source/source.ts';

/** What was found when destinations were made ready to be written to. */
export interface Prepared {
  /** Why nothing is written to a destination; the others are used. */
  readonly unusable: ReadonlyMap<Destination, string>;
}

/** What of dead runs stays. */
export interface Tidied {
  /** What dead runs have left and could not be removed. */
  readonly untidied: readonly Problem[];
  /** The same, of destinations that do not let us look for it. */
  readonly unseen: readonly Problem[];
}

/** What S3 servers answer that do not know uploads in parts, or credentials that may not list them. */
const REFUSED: ReadonlySet<number> = new Set([401, 403, 404, 405, 501]);

/** Removes what dead runs have left. Where that does not work, blobs can be copied all the same. */
export async function tidyDestinations(destinations: readonly Destination[]): Promise<Tidied> {
  const untidied: Problem[] = [];
  const unseen: Problem[] = [];
  for (const destination of destinations) {
    try {
      await destination.tidy();
    } catch (error) {
      const isRefused = error instanceof Error && REFUSED.has(s3Status(error.cause));
      const what = isRefused ? unseen : untidied;
      const why = `what earlier runs left unfinished stays: ${reasonOf(error)}`;
      what.push({ repository: '', reference: '', why });
    }
  }
  return { untidied, unseen };
}

/**
 * Writes into each destination which source is mirrored there, before anything else: gc leaves the blobs alone of a
 * destination that has those of another source.
 *
 * @throws MirrorError where no destination can be written to
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
