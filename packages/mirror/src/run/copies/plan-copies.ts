import type { Contents, Shard } from '@archeio/mirror-plan';
import type { MirrorConfiguration } from '../../options.ts';
import type { StoredBlobs } from '../stored-blobs.ts';
import { copiesIn } from './open-copies.ts';
import { copyPlanOf, ownsRepository } from './publisher.ts';

/** What sync would write into a copy of the registry, if it can copy all blobs. */
export interface PlannedCopy {
  readonly name: string;
  readonly manifests: number;
  readonly tags: number;
  /** Tags to delete. */
  readonly deleted: number;
}

/** Counts what copies of the registry lack. */
export function planCopies(
  contents: readonly Contents[],
  stored: readonly StoredBlobs[],
  { source }: MirrorConfiguration,
  shard: Shard,
): readonly PlannedCopy[] {
  const mine = contents.filter(
    ({ repository }) => repository !== '' && ownsRepository(shard, repository),
  );
  return copiesIn(stored).map((copy) => {
    const total = { name: copy.destination.name, manifests: 0, tags: 0, deleted: 0 };
    for (const each of mine) {
      const plan = copyPlanOf(copy, each, source.tags.deleted, () => true);
      total.manifests += plan.manifests.reduce((sum, group) => sum + group.length, 0);
      total.tags += plan.tags.length;
      total.deleted += plan.deleted.length;
    }
    return total;
  });
}
