import { type MirrorProblem, reasonOf, sourceKey } from '@archeio/mirror-plan';
import type { Destination } from '../destination/destination.ts';
import { checkOwner, claimCopy, OwnerError } from './copy/owner.ts';
import type { OpenMirror } from './open-mirror.ts';
import { s3Status } from '../destination/s3/s3-error.ts';
import type { Source } from '../source/source.ts';

/** Leftovers of dead runs that remain. */
export interface Tidied {
  /** Leftovers that could not be removed. */
  readonly untidied: readonly MirrorProblem[];
  /** The same, for destinations that do not allow looking for leftovers. */
  readonly unseen: readonly MirrorProblem[];
}

/** Statuses of S3 servers that do not support multipart uploads, or for credentials that may not list them. */
const REFUSED: ReadonlySet<number> = new Set([401, 403, 404, 405, 501]);

/** Removes leftovers of dead runs. Blobs can be copied even if that fails. */
export async function tidyDestinations(destinations: readonly Destination[]): Promise<Tidied> {
  const untidied: MirrorProblem[] = [];
  const unseen: MirrorProblem[] = [];
  for (const destination of destinations) {
    try {
      await destination.tidy();
    } catch (error) {
      const isRefused = error instanceof Error && REFUSED.has(s3Status(error.cause));
      const what = isRefused ? unseen : untidied;
      const why = `cannot clean up after earlier runs: ${reasonOf(error)}`;
      what.push({ repository: '', reference: '', why });
    }
  }
  return { untidied, unseen };
}

/**
 * Records in each destination, before anything else, which source is mirrored there: gc does not delete blobs from a
 * destination that also holds those of another source.
 *
 * @returns why nothing is written to a destination; the others are used
 * @throws MirrorError if no destination can be written to, or if one is the copy of another registry
 */
export async function prepareDestinations({
  configuration,
  destinations,
  source,
}: Pick<OpenMirror, 'configuration' | 'destinations' | 'source'>): Promise<
  ReadonlyMap<Destination, string>
> {
  // Before anything is written anywhere.
  for (const each of destinations) await checkOwner(each, configuration.source).catch(onlyOwners);
  const unusable = new Map<Destination, string>();
  let failure: unknown;
  let refused: OwnerError | undefined;
  await Promise.all(
    destinations.map(async (destination) => {
      try {
        await claimCopy(destination, configuration.source);
        await markSource(destination, source);
      } catch (error) {
        if (error instanceof OwnerError) refused ??= error;
        failure ??= error;
        unusable.set(destination, reasonOf(error));
      }
    }),
  );
  if (refused !== undefined) throw refused;
  if (unusable.size === destinations.length) throw failure;
  return unusable;
}

/** Other errors are found again, and concern one destination only. */
function onlyOwners(error: unknown): void {
  if (error instanceof OwnerError) throw error;
}

async function markSource(destination: Destination, { id, identity }: Source): Promise<void> {
  const key = sourceKey(id);
  if ((await destination.getText(key)) !== undefined) return;
  const since = new Date().toISOString();
  await destination.putObject(key, `${JSON.stringify({ source: identity, since })}\n`);
}
