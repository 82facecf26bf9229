import { createHash } from 'node:crypto';
import { SIGNED_SCHEMA_1, signedPayload } from '@archeio/oci-distribution';
import {
  type Contents,
  copiedBlobKey,
  type CopyPlan,
  forEachAtMost,
  type ListedCopy,
  manifestKey,
  parseCopyKey,
  REFERRERS_MEDIA_TYPE,
  referrersKeys,
  referrersLists,
  type RepositoryState,
  tagListKey,
  tagListText,
} from '@archeio/mirror-plan';
import { failureReason } from '@archeio/plain-errors';
import { hasDigest, verifiableAlgorithm } from '../../prove-digest.ts';
import { gather } from '../copy/gather.ts';
import { copyPlanOf } from './publisher.ts';
import type { StoredCopy } from '../copy/stored-copy.ts';

/** Something wrong in a copy of the registry. */
export interface BadObject {
  readonly destination: string;
  readonly key: string;
  readonly why: string;
}

/** What is wrong in a copy of the registry. */
export interface VerifiedCopy {
  /** Objects that were read. */
  readonly objects: number;
  readonly corrupt: readonly BadObject[];
  /** Needed by a tag of the source, but missing or out of date. */
  readonly missing: readonly BadObject[];
  /** Corrupt, and no longer at the source. */
  readonly lost: readonly BadObject[];
}

/**
 * Reads the objects of a copy again, and compares them with what the source has. Corrupt objects count as missing from
 * now on.
 *
 * @param isChosen which objects to read
 */
export async function verifyCopy(
  copy: StoredCopy,
  contents: readonly Contents[],
  deleted: 'keep' | 'follow' | undefined,
  isChosen: (object: ListedCopy) => boolean,
  concurrency: number,
): Promise<VerifiedCopy> {
  const corrupt: BadObject[] = [];
  let objects = 0;
  const bad = (key: string, why: string): BadObject => ({
    destination: copy.destination.name,
    key,
    why,
  });
  for (const repository of copy.repositories) {
    const expected = expectedTexts(repository, copy.state(repository));
    const chosen = [...copy.objects(repository).values()].filter((each) => isChosen(each));
    objects += chosen.length;
    await forEachAtMost(concurrency, chosen, async ({ key }) => {
      const why = await faultOf(copy, repository, key, expected.get(key)).catch(failureReason);
      if (why === undefined) return;
      corrupt.push(bad(key, why));
      copy.distrust(repository, key);
    });
  }
  const wrong = new Set(corrupt.map(({ key }) => key));
  const missing: BadObject[] = [];
  const repairable = new Set<string>();
  for (const each of contents) {
    if (each.repository === '') continue;
    const plan = copyPlanOf(copy, each, deleted, () => true);
    const listed = copy.objects(each.repository);
    for (const key of keysOf(plan)) {
      repairable.add(key);
      if (!wrong.has(key))
        missing.push(bad(key, listed.has(key) ? 'is out of date' : 'is missing'));
    }
  }
  return { objects, corrupt, missing, lost: corrupt.filter(({ key }) => !repairable.has(key)) };
}

/** The lists that a repository's copy should have, by key. */
function expectedTexts(repository: string, state: RepositoryState): ReadonlyMap<string, string> {
  const texts = new Map([[tagListKey(repository), tagListText(repository, state.tags.keys())]]);
  for (const [subject, text] of referrersLists(state.manifests))
    for (const key of referrersKeys(repository, subject)) texts.set(key, text);
  return texts;
}

/** What is wrong with an object; undefined if nothing is. */
async function faultOf(
  copy: StoredCopy,
  repository: string,
  key: string,
  text: string | undefined,
): Promise<string | undefined> {
  const named = parseCopyKey(key);
  const found = await copy.place.read(key);
  if (named === undefined || found === undefined) return 'is missing';
  const { kind, reference } = named;
  if (kind === 'blob') return blobFault(reference, found.bytes);
  const bytes = await gather(found.bytes);
  const { tags, manifests } = copy.state(repository);
  const digest = kind === 'tag' ? tags.get(reference)?.digest : reference;
  if (kind === 'manifest' || (kind === 'tag' && digest !== undefined)) {
    const facts = manifests.get(digest ?? '');
    // A signed manifest of schema 1 has the digest of what is signed.
    const hashed = facts?.mediaType === SIGNED_SCHEMA_1 ? (signedPayload(bytes) ?? bytes) : bytes;
    if (!hasDigest(digest ?? '', hashed)) return `is not the manifest ${digest}`;
    const type = facts?.mediaType ?? found.mediaType;
    return type === found.mediaType ? undefined : typeFault(found.mediaType, type);
  }
  if (text === undefined) return undefined;
  if (new TextDecoder().decode(bytes) !== text) return 'is not what the mirror wrote';
  const type = kind === 'tags' ? 'application/json' : REFERRERS_MEDIA_TYPE;
  return type === found.mediaType ? undefined : typeFault(found.mediaType, type);
}

function typeFault(actual: string, expected: string): string {
  return `has media type ${JSON.stringify(actual)} instead of ${expected}`;
}

async function blobFault(
  digest: string,
  bytes: AsyncIterable<Uint8Array>,
): Promise<string | undefined> {
  const algorithm = verifiableAlgorithm(digest);
  const hash = createHash(algorithm);
  for await (const chunk of bytes) hash.update(chunk);
  const actual = `${algorithm}:${hash.digest('hex')}`;
  return actual === digest ? undefined : `its bytes have digest ${actual}`;
}

/** Everything that a plan writes. */
function keysOf(plan: CopyPlan): readonly string[] {
  const { repository, blobs, manifests, referrers, tags, tagList } = plan;
  return [
    ...blobs.map(({ digest }) => copiedBlobKey(repository, digest)),
    ...manifests.flat().map((digest) => manifestKey(repository, digest)),
    ...referrers.map(({ key }) => key),
    ...tags.map(({ tag }) => manifestKey(repository, tag)),
    ...(tagList === undefined ? [] : [tagList.key]),
  ];
}
