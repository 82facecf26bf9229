import { type Contents, findCollisions } from '@archeio/mirror-plan';
import { MirrorError } from '../../mirror-error.ts';
import type { MirrorConfiguration } from '../../options.ts';
import type { CopiesOptions } from '../read-wanted.ts';
import type { StoredBlobs } from '../stored-blobs.ts';
import { HeldManifests } from '../copy/held-manifests.ts';
import type { StoredCopy } from '../copy/stored-copy.ts';

/** The copies of the registry among the destinations. */
export function copiesIn(stored: readonly StoredBlobs[]): readonly StoredCopy[] {
  return stored.flatMap(({ copy }) => copy ?? []);
}

/** What reading the source needs for copies of the registry; undefined without copies. */
export function copiesOptions(
  stored: readonly StoredBlobs[],
  { limits }: MirrorConfiguration,
): CopiesOptions | undefined {
  const copies = copiesIn(stored);
  if (copies.length === 0) return undefined;
  return {
    held: new HeldManifests(limits.memory),
    isManifestCopied: (repository, digest) =>
      copies.every((copy) => copy.hasManifest(repository, digest)),
    isTagCopied: (repository, tag) => copies.every((copy) => copy.hasTag(repository, tag)),
  };
}

/**
 * Refuses names and tags that cannot lie in one copy.
 *
 * @throws MirrorError that names both
 */
export function refuseCollisions(
  contents: readonly Contents[],
  stored: readonly StoredBlobs[],
): void {
  for (const copy of copiesIn(stored)) {
    const wanted = new Map(contents.map(({ repository, roots }) => [repository, roots]));
    wanted.delete('');
    const repositories = new Set([...wanted.keys(), ...copy.repositories]);
    const named = [...repositories].map((repository) => ({
      repository,
      tags: [
        ...(wanted.get(repository) ?? []).map(({ tag }) => tag),
        ...copy.state(repository).tags.keys(),
      ],
    }));
    const [first] = findCollisions(named);
    if (first !== undefined)
      throw new MirrorError(
        `destination "${copy.destination.name}" cannot hold repository ${first.repository} next to ${first.other}: both would be ${first.key}, once a directory and once a file; exclude one of them in mirror.source`,
      );
  }
}
