import { parseManifest } from '@archeio/oci-distribution';
import {
  type Contents,
  forEachAtMost,
  formatState,
  goneTags,
  type ListedCopy,
  manifestKey,
  neededManifests,
  parseCopyKey,
  REFERRERS_MEDIA_TYPE,
  referrersKeys,
  referrersLists,
  type RepositoryState,
  stateKey,
  tagListKey,
  tagListText,
  unneededObjects,
  writingOrder,
} from '@archeio/mirror-plan';
import { MirrorError } from '../../mirror-error.ts';
import { readSmall, type StoredCopy } from './stored-copy.ts';

export interface CollectingCopyOptions {
  readonly contents: readonly Contents[];
  readonly deleted: 'keep' | 'follow' | undefined;
  /** Since when objects are known to be unneeded, by key. */
  readonly sightings: ReadonlyMap<string, number>;
  readonly now: number;
  readonly olderThan: number;
  readonly concurrency: number;
}

/** One repository with something that may be deleted. */
interface RepositoryGarbage {
  readonly repository: string;
  readonly objects: readonly ListedCopy[];
}

/** What a copy of the registry does not need. */
export interface CopyGarbage {
  readonly repositories: readonly RepositoryGarbage[];
  /** Manifests and tags that may be deleted. */
  readonly due: number;
  /** Manifests and tags in the copy. */
  readonly total: number;
  /** Unneeded, but not for long enough. */
  readonly waiting: number;
  readonly sightings: ReadonlyMap<string, number>;
  /** Digests of the blobs that the copy needs although the source does not. */
  readonly blobs: ReadonlySet<string>;
}

const isCounted = ({ key }: ListedCopy): boolean => {
  const kind = parseCopyKey(key)?.kind;
  return kind === 'manifest' || kind === 'tag';
};

/**
 * Finds what a copy of the registry does not need. As with blobs, one run sees an object unneeded, and a later run may
 * delete it.
 *
 * @throws MirrorError if it is not known what a tag of the copy needs
 */
export async function findCopyGarbage(
  copy: StoredCopy,
  options: CollectingCopyOptions,
): Promise<CopyGarbage> {
  const { sightings, now, olderThan, deleted } = options;
  const bySource = new Map(options.contents.map((each) => [each.repository, each]));
  const isOld = (object: ListedCopy): boolean => {
    const since = sightings.get(object.key);
    const isSeen = since !== undefined && object.modified <= since && now - since >= olderThan;
    return isSeen && now - object.modified >= olderThan;
  };
  const seen = new Map<string, number>();
  const repositories: RepositoryGarbage[] = [];
  const kept = new Set<string>();
  let [total, due, waiting] = [0, 0, 0];
  for (const repository of copy.repositories) {
    const objects = [...copy.objects(repository).values()];
    const state = copy.state(repository);
    const contents = bySource.get(repository);
    const gone = goneTags(contents, state, objects);
    if (deleted !== 'follow') refuseUnknown(copy, repository, gone.unknown);
    const leaving = new Set(deleted === 'follow' ? [...gone.known, ...gone.unknown] : []);
    // Until the object of a tag is deleted, readers may use it.
    const deletedNow = [...leaving].filter((tag) => {
      const object = copy.objects(repository).get(manifestKey(repository, tag));
      return object === undefined || isOld(object);
    });
    const manifests = neededManifests({ contents, state, leaving: new Set(deletedNow) });
    const blobs = await blobsOf(copy, repository, contents, manifests, options.concurrency);
    for (const digest of blobs) kept.add(digest);
    const unneeded = unneededObjects({
      repository,
      objects,
      state,
      manifests,
      blobs,
      goneTags: leaving,
    });
    for (const { key, modified } of unneeded) {
      const since = sightings.get(key);
      seen.set(key, since === undefined || modified > since ? now : Math.min(since, now));
    }
    const old = unneeded.filter((object) => isOld(object));
    total += objects.filter((each) => isCounted(each)).length;
    due += old.filter((each) => isCounted(each)).length;
    waiting += unneeded.length - old.length;
    if (old.length > 0) repositories.push({ repository, objects: old });
  }
  return { repositories, due, total, waiting, sightings: seen, blobs: kept };
}

function refuseUnknown(copy: StoredCopy, repository: string, tags: readonly string[]): void {
  if (tags.length === 0) return;
  const key = manifestKey(repository, tags[0]);
  throw new MirrorError(
    `nothing was deleted: destination "${copy.destination.name}" has ${key}, a tag that neither the source has nor the mirror knows: delete it, or set mirror.source.tags.deleted to "follow"`,
  );
}

/** The blobs of needed manifests. Those that the source does not have are read from the copy. */
async function blobsOf(
  { place, destination }: StoredCopy,
  repository: string,
  contents: Contents | undefined,
  manifests: ReadonlySet<string>,
  concurrency: number,
): Promise<ReadonlySet<string>> {
  const ofSource = new Map(contents?.manifests.map((each) => [each.digest, each.blobs]));
  const blobs = new Set([...ofSource.values()].flatMap((all) => all.map(({ digest }) => digest)));
  const others = [...manifests].filter((digest) => !ofSource.has(digest));
  await forEachAtMost(concurrency, others, async (digest) => {
    const key = manifestKey(repository, digest);
    const found = await readSmall(place, key);
    if (found === undefined)
      throw new MirrorError(
        `nothing was deleted: destination "${destination.name}" lacks ${key}, which a tag of the copy needs: run "archeio mirror verify"`,
      );
    const manifest = parseManifest(new TextDecoder().decode(found.bytes), found.mediaType);
    const needed = manifest.kind === 'index' ? manifest.manifests : manifest.blobs;
    for (const each of needed) blobs.add(each.digest);
  });
  return blobs;
}

/**
 * Deletes what a copy does not need, so that no reader finds something without its parts: tags, lists of referrers,
 * manifests before what they list, blobs.
 *
 * @returns how many manifests and tags it deleted
 */
export async function deleteFromCopy(copy: StoredCopy, garbage: CopyGarbage): Promise<number> {
  let deleted = 0;
  for (const { repository, objects } of garbage.repositories)
    deleted += await deleteFromRepository(copy, repository, objects);
  return deleted;
}

async function deleteFromRepository(
  copy: StoredCopy,
  repository: string,
  objects: readonly ListedCopy[],
): Promise<number> {
  const { place, destination } = copy;
  const state = copy.state(repository);
  const going = new Set(objects.map(({ key }) => key));
  const left: RepositoryState = {
    ...state,
    tags: new Map([...state.tags].filter(([tag]) => !going.has(manifestKey(repository, tag)))),
    manifests: new Map(
      [...state.manifests].filter(([digest]) => !going.has(manifestKey(repository, digest))),
    ),
  };
  const put = async (key: string, text: string, mediaType: string): Promise<void> => {
    await place.put(key, new TextEncoder().encode(text), mediaType);
  };
  if (left.tags.size < state.tags.size && left.tags.size > 0)
    await put(
      tagListKey(repository),
      tagListText(repository, left.tags.keys()),
      'application/json',
    );
  const before = referrersLists(state.manifests);
  for (const [subject, text] of referrersLists(left.manifests))
    for (const key of referrersKeys(repository, subject))
      if (text !== before.get(subject) && copy.objects(repository).has(key))
        await put(key, text, REFERRERS_MEDIA_TYPE);
  if (left.manifests.size + left.tags.size > 0)
    await destination.putObject(stateKey(repository), formatState(left));
  const isOf = (kind: string) => (object: ListedCopy) => parseCopyKey(object.key)?.kind === kind;
  const deleted = new Set<string>();
  const remove = async (some: readonly ListedCopy[]): Promise<void> => {
    for (const key of await place.delete(some)) deleted.add(key);
  };
  for (const kind of ['tags', 'tag', 'referrers']) await remove(objects.filter(isOf(kind)));
  const byKey = new Map(objects.map((object) => [object.key, object]));
  const facts = new Map(
    [...state.manifests].filter(([digest]) => going.has(manifestKey(repository, digest))),
  );
  for (const group of writingOrder(facts).toReversed())
    await remove(group.flatMap((digest) => byKey.get(manifestKey(repository, digest)) ?? []));
  // Those that the mirror does not know.
  await remove(objects.filter((each) => isOf('manifest')(each) && !deleted.has(each.key)));
  await remove(objects.filter(isOf('blob')));
  if (left.manifests.size + left.tags.size === 0)
    await destination.deleteTexts([stateKey(repository)]);
  return objects.filter((each) => isCounted(each) && deleted.has(each.key)).length;
}
