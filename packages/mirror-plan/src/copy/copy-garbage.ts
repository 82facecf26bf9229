import { referrersTag } from '@archeio/oci-distribution';
import { addTo } from '../add-to.ts';
import type { Contents } from '../contents.ts';
import { parseCopyKey } from './copy-keys.ts';
import type { ListedCopy } from './copy-plan.ts';
import type { RepositoryState } from './repository-state.ts';
import { referrersLists } from './referrers-lists.ts';

export interface NeededQuestion {
  /** What the source has; undefined if it no longer has the repository. */
  readonly contents: Contents | undefined;
  readonly state: RepositoryState;
  /** Tags whose objects are deleted in this run. */
  readonly leaving: ReadonlySet<string>;
}

/**
 * The manifests of a repository that its copy needs: those of the source, and those below every tag that stays, with
 * their referrers. A tag that the source moved or deleted counts until its own object has gone.
 */
export function neededManifests({ contents, state, leaving }: NeededQuestion): ReadonlySet<string> {
  const ofSource = new Set(contents?.manifests.map(({ digest }) => digest));
  const staying = [...state.tags].filter(([tag]) => !leaving.has(tag));
  const needed = new Set([...ofSource, ...staying.map(([, { digest }]) => digest)]);
  const referrers = new Map<string, string[]>();
  for (const [digest, { referrer }] of state.manifests)
    if (referrer !== undefined) addTo(referrers, referrer.subject, digest);
  // A set may grow while it is read.
  for (const digest of needed) {
    for (const entry of state.manifests.get(digest)?.entries ?? []) needed.add(entry);
    // The source says what refers to a manifest that it has.
    if (!ofSource.has(digest)) for (const each of referrers.get(digest) ?? []) needed.add(each);
  }
  return needed;
}

/** Tags of a copy that the source does not have, or no longer. */
export interface GoneTags {
  /** Known from the mirror's own notes. */
  readonly known: readonly string[];
  /** Objects under the name of a tag that no note names. */
  readonly unknown: readonly string[];
}

/** Finds the tags of a copy that the source does not have. */
export function goneTags(
  contents: Contents | undefined,
  state: RepositoryState,
  objects: Iterable<ListedCopy>,
): GoneTags {
  const wanted = new Set(contents?.roots.map(({ tag }) => tag));
  const generated = new Set(
    [...referrersLists(state.manifests).keys()].map((subject) => referrersTag(subject)),
  );
  const present = [...objects].flatMap(({ key }) => {
    const named = parseCopyKey(key);
    return named?.kind === 'tag' ? [named.reference] : [];
  });
  return {
    known: [...state.tags.keys()].filter((tag) => !wanted.has(tag)),
    unknown: present.filter(
      (tag) => !wanted.has(tag) && !state.tags.has(tag) && !generated.has(tag),
    ),
  };
}

export interface UnneededQuestion {
  readonly repository: string;
  readonly objects: Iterable<ListedCopy>;
  readonly state: RepositoryState;
  readonly manifests: ReadonlySet<string>;
  /** Digests of the blobs that these manifests need. */
  readonly blobs: ReadonlySet<string>;
  /** Tags that the copy should not have. */
  readonly goneTags: ReadonlySet<string>;
}

/** The objects of a repository's copy that nothing needs. */
export function unneededObjects(question: UnneededQuestion): readonly ListedCopy[] {
  const { objects, state, manifests, blobs, goneTags: gone } = question;
  const left = new Map([...state.manifests].filter(([digest]) => manifests.has(digest)));
  const subjects = new Set(referrersLists(left).keys());
  const lists = new Set([...subjects].map((subject) => referrersTag(subject)));
  const hasTags = [...state.tags.keys()].some((tag) => !gone.has(tag));
  const isNeeded = ({ key }: ListedCopy): boolean => {
    const named = parseCopyKey(key);
    switch (named?.kind) {
      case 'manifest':
        return manifests.has(named.reference);
      case 'tag':
        return (
          lists.has(named.reference) ||
          (state.tags.has(named.reference) && !gone.has(named.reference))
        );
      case 'referrers':
        return subjects.has(named.reference);
      case 'blob':
        return blobs.has(named.reference);
      default:
        return hasTags;
    }
  };
  return [...objects].filter((object) => !isNeeded(object));
}
