import { isSignatureTag, isTag, referrersTag } from '@archeio/oci-distribution';
import type { Contents, WantedBlob } from '../contents.ts';
import {
  copiedBlobKey,
  manifestKey,
  parseCopyKey,
  referrersKeys,
  tagListKey,
} from './copy-keys.ts';
import type { ManifestFacts } from '../manifest-facts.ts';
import { REFERRERS_MEDIA_TYPE, referrersLists } from './referrers-lists.ts';
import { type CopiedTag, NO_STATE, type RepositoryState } from './repository-state.ts';
import { wholeManifests } from './whole-manifests.ts';
import { writingOrder } from './writing-order.ts';

/** An object of a copy, as its destination lists it. */
export interface ListedCopy {
  readonly key: string;
  readonly size: number;
  /** When it was written; milliseconds since 1970. */
  readonly modified: number;
  /** Another value for every content that the object had; undefined if the destination does not tell. */
  readonly version?: string | undefined;
}

/** A repository in a copy: what was written, as far as it is still there. */
export interface CopiedRepository {
  readonly state: RepositoryState;
  /** Its objects by key, without those that gc may be about to delete. */
  readonly listed: ReadonlyMap<string, ListedCopy>;
}

export const NOT_COPIED: CopiedRepository = { state: NO_STATE, listed: new Map() };

/** The manifests of a copied repository that are whole, with everything that they list. */
export function wholeInCopy(
  repository: string,
  { state, listed }: CopiedRepository,
): ReadonlySet<string> {
  const entriesOf = (digest: string): readonly string[] | undefined => {
    const facts = state.manifests.get(digest);
    const isThere = facts?.size === listed.get(manifestKey(repository, digest))?.size;
    return isThere ? facts?.entries : undefined;
  };
  return wholeManifests(state.manifests.keys(), entriesOf);
}

/** Whether the object of a tag is the one that was written for it. */
export function isTagCopied(
  repository: string,
  tag: string,
  { state, listed }: CopiedRepository,
): boolean {
  const written = state.tags.get(tag)?.version;
  return written !== undefined && listed.get(manifestKey(repository, tag))?.version === written;
}

/** A small document of a copy. */
export interface CopyDocument {
  readonly key: string;
  readonly text: string;
  readonly mediaType: string;
}

/** What to write into one repository of a copy, in the order of the keys. */
export interface CopyPlan {
  readonly repository: string;
  /** Blobs that become readable below the repository. */
  readonly blobs: readonly WantedBlob[];
  /** Manifests by digest, each group after those before it. */
  readonly manifests: readonly (readonly string[])[];
  readonly referrers: readonly CopyDocument[];
  /** Signatures first. */
  readonly tags: readonly { readonly tag: string; readonly digest: string }[];
  readonly tagList: CopyDocument | undefined;
  /** Tags that are removed, once the list does not name them. */
  readonly deleted: readonly string[];
  /** What is known afterwards. Versions of the tags that are written are missing. */
  readonly state: RepositoryState;
  /** Whether all tags of the source will be in the copy. */
  readonly isWhole: boolean;
}

export interface CopyQuestion {
  readonly contents: Contents;
  readonly copied: CopiedRepository;
  /** Whether the destination has a blob, with this size. */
  readonly isStored: (blob: WantedBlob) => boolean;
  /** Whether blobs are readable below the repository. */
  readonly linksBlobs: boolean;
  /** Whether tags that the source does not have are removed. */
  readonly follows: boolean;
}

/** Whether a plan writes or deletes anything. */
export function changesCopy(plan: CopyPlan): boolean {
  const { blobs, manifests, referrers, tags, tagList, deleted } = plan;
  return (
    [blobs, manifests, referrers, tags, deleted].some(({ length }) => length > 0) ||
    tagList !== undefined
  );
}

/** Plans what to write of one repository, so that a reader sees only whole images at any moment. */
export function planCopy(question: CopyQuestion): CopyPlan {
  const { contents, copied, linksBlobs } = question;
  const { repository } = contents;
  const { state, listed } = copied;
  const before = wholeInCopy(repository, copied);
  const isKept = (digest: string): boolean =>
    before.has(digest) && (!linksBlobs || state.hasBlobs || !contents.facts.has(digest));
  const blobs = new Map(contents.manifests.map((each) => [each.digest, each.blobs]));
  const manifests = new Map<string, ManifestFacts>();
  for (const [digest, facts] of state.manifests)
    if (before.has(digest)) manifests.set(digest, facts);
  const added = new Map<string, ManifestFacts>();
  const possible = wholeManifests([...contents.facts.keys(), ...before], (digest) => {
    if (isKept(digest)) return state.manifests.get(digest)?.entries;
    const isComplete = blobs.get(digest)?.every((blob) => question.isStored(blob)) === true;
    return isComplete ? contents.facts.get(digest)?.entries : undefined;
  });
  for (const digest of possible) {
    const facts = contents.facts.get(digest);
    if (facts === undefined || isKept(digest)) continue;
    added.set(digest, facts);
    manifests.set(digest, facts);
  }
  const needed = [...added.keys()].flatMap((digest) => blobs.get(digest) ?? []);
  const tags = tagsAfter(question, manifests);
  return {
    repository,
    blobs: linksBlobs
      ? [...new Map(needed.map((blob) => [blob.digest, blob])).values()].filter(
          ({ digest }) => !listed.has(copiedBlobKey(repository, digest)),
        )
      : [],
    manifests: writingOrder(added),
    referrers: changedReferrers(repository, copied, manifests, tags.state),
    tags: tags.written,
    tagList: changedTagList(repository, copied, tags.state),
    deleted: tags.deleted,
    state: {
      tags: tags.state,
      manifests,
      hasBlobs:
        linksBlobs &&
        (state.hasBlobs || tags.isWhole || [...before].every((digest) => added.has(digest))),
    },
    isWhole: tags.isWhole,
  };
}

interface TagsAfter {
  readonly written: CopyPlan['tags'];
  readonly deleted: readonly string[];
  readonly state: ReadonlyMap<string, CopiedTag>;
  readonly isWhole: boolean;
}

function tagsAfter(
  { contents, copied, follows }: CopyQuestion,
  manifests: ReadonlyMap<string, ManifestFacts>,
): TagsAfter {
  const { repository, problems } = contents;
  const state = new Map(copied.state.tags);
  const written: { tag: string; digest: string }[] = [];
  const wanted = new Set<string>();
  let isWhole = true;
  for (const { tag, digest = copied.state.tags.get(tag)?.digest } of contents.roots) {
    if (!isTag(tag)) continue;
    wanted.add(tag);
    if (digest === undefined || !manifests.has(digest)) {
      isWhole = false;
      continue;
    }
    if (state.get(tag)?.digest === digest && isTagCopied(repository, tag, copied)) continue;
    written.push({ tag, digest });
    state.set(tag, { digest });
  }
  const first = (tag: string): number => Number(!isSignatureTag(tag));
  written.sort((a, b) => first(a.tag) - first(b.tag));
  // An empty list of tags may be a mistake of the source: gc, which waits, removes them.
  const isSure = follows && problems.length === 0 && wanted.size > 0;
  const generated = new Set(
    [copied.state.manifests, manifests].flatMap((all) =>
      [...referrersLists(all).keys()].map((subject) => referrersTag(subject)),
    ),
  );
  const present = [...copied.listed.keys()].flatMap((key) => {
    const named = parseCopyKey(key);
    return named?.kind === 'tag' && !generated.has(named.reference) ? [named.reference] : [];
  });
  const gone = [...new Set([...copied.state.tags.keys(), ...present])].filter(
    (tag) => !wanted.has(tag),
  );
  const deleted = isSure ? gone : [];
  for (const tag of deleted) state.delete(tag);
  // The list of referrers takes the place of a tag of its name.
  return { written, deleted: deleted.filter((tag) => !generated.has(tag)), state, isWhole };
}

const lengthOf = (text: string): number => new TextEncoder().encode(text).length;

/** The lists of referrers that have changed, or are missing. */
function changedReferrers(
  repository: string,
  { state, listed }: CopiedRepository,
  manifests: ReadonlyMap<string, ManifestFacts>,
  tags: ReadonlyMap<string, CopiedTag>,
): readonly CopyDocument[] {
  const before = referrersLists(state.manifests);
  const documents: CopyDocument[] = [];
  for (const [subject, text] of referrersLists(manifests)) {
    const [api, tag] = referrersKeys(repository, subject);
    // A tag of this name that the source has is written as a tag.
    const keys = tags.has(referrersTag(subject)) ? [api] : [api, tag];
    for (const key of keys) {
      const isThere = before.get(subject) === text && listed.get(key)?.size === lengthOf(text);
      const wasTag = key === tag && state.tags.has(referrersTag(subject));
      if (isThere && !wasTag) continue;
      documents.push({ key, text, mediaType: REFERRERS_MEDIA_TYPE });
    }
  }
  return documents;
}

/** The text of a repository's list of tags. */
export function tagListText(repository: string, tags: Iterable<string>): string {
  return JSON.stringify({ name: repository, tags: [...tags].toSorted() });
}

function changedTagList(
  repository: string,
  { state, listed }: CopiedRepository,
  tags: ReadonlyMap<string, CopiedTag>,
): CopyDocument | undefined {
  const key = tagListKey(repository);
  const text = tagListText(repository, tags.keys());
  const isThere = listed.get(key)?.size === lengthOf(text);
  const isSame = text === tagListText(repository, state.tags.keys());
  if ((isThere && isSame) || (tags.size === 0 && !listed.has(key))) return undefined;
  return { key, text, mediaType: 'application/json' };
}
