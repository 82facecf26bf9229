import { isSignatureTag } from '@archeio/oci-distribution';
import {
  changesCopy,
  copiedBlobKey,
  type CopyDocument,
  type CopyPlan,
  forEachAtMost,
  formatState,
  manifestKey,
  stateKey,
} from '@archeio/mirror-plan';
import type { StoredCopy } from './stored-copy.ts';

/** What was written of one repository. */
export interface PublishedRepository {
  readonly manifests: number;
  readonly tags: number;
  readonly deleted: number;
}

export interface PublishingOptions {
  readonly copy: StoredCopy;
  /** Bytes of a manifest, by its digest. */
  readonly bytesOf: (digest: string) => Promise<Uint8Array>;
  /** Bytes of a stored blob. */
  readonly sizeOf: (digest: string) => number | undefined;
  readonly concurrency: number;
  readonly stop: AbortSignal;
}

/**
 * Writes what was planned for a repository: blobs, manifests below others first, lists of referrers, tags, the list of
 * tags. What is known of the repository is written last: after an interruption, the next run writes the rest again.
 *
 * @returns undefined if it was stopped
 * @throws an error of the source or the destination; what comes after it is not written
 */
export async function publishRepository(
  plan: CopyPlan,
  { copy, bytesOf, sizeOf, concurrency, stop }: PublishingOptions,
): Promise<PublishedRepository | undefined> {
  const { repository, state } = plan;
  const { place, destination } = copy;
  const each = async <Item>(
    items: readonly Item[],
    write: (item: Item) => Promise<void>,
  ): Promise<void> => {
    await forEachAtMost(concurrency, items, async (item) => {
      if (!stop.aborted) await write(item);
    });
  };
  const putDocument = async ({ key, text, mediaType }: CopyDocument): Promise<void> => {
    await place.put(key, new TextEncoder().encode(text), mediaType);
  };
  const putManifest = async (digest: string, reference: string): Promise<string | undefined> => {
    const mediaType = state.manifests.get(digest)?.mediaType ?? '';
    return place.put(manifestKey(repository, reference), await bytesOf(digest), mediaType);
  };

  await each(plan.blobs, async ({ digest }) =>
    place.linkBlob(digest, sizeOf(digest) ?? 0, copiedBlobKey(repository, digest)),
  );
  for (const group of plan.manifests)
    await each(group, async (digest) => void (await putManifest(digest, digest)));
  await each(plan.referrers, putDocument);
  const tags = new Map(state.tags);
  for (const isFirst of [true, false])
    await each(
      plan.tags.filter(({ tag }) => isSignatureTag(tag) === isFirst),
      async ({ tag, digest }) => {
        tags.set(tag, { digest, version: await putManifest(digest, tag) });
      },
    );
  await each(plan.tagList === undefined ? [] : [plan.tagList], putDocument);
  if (stop.aborted) return undefined;
  const objects = copy.objects(repository);
  await place.delete(
    plan.deleted.flatMap((tag) => objects.get(manifestKey(repository, tag)) ?? []),
  );
  const known = formatState({ ...state, tags });
  if (changesCopy(plan) || known !== formatState(copy.state(repository)))
    await destination.putObject(stateKey(repository), known);
  return {
    manifests: plan.manifests.reduce((sum, group) => sum + group.length, 0),
    tags: plan.tags.length,
    deleted: plan.deleted.length,
  };
}
