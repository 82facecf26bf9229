import { createHash } from 'node:crypto';
import { type KeyCodec, readHexWords } from '@archeio/presence';
import { digestKeys } from './digest-keys.ts';

/** What is content-addressed in a repository. */
export type ContentKind = 'manifest' | 'blob';

/** A repository's content: its digest, a space, `m` or `b`, the repository's name. No digest has a space in it. */
export type ContentKey = string;

/** Words of the SHA-256 of kind and name. */
const NAME_WORDS = 8;

/** So many names' hashes are kept: a registry's busiest repositories. */
const NAMES_KEPT = 1024;

/** The key of a repository's manifest or blob. */
export function contentKey(kind: ContentKind, name: string, digest: string): ContentKey {
  return `${digest} ${kind === 'manifest' ? 'm' : 'b'}${name}`;
}

/** What {@link contentKey} was made of. */
export function contentOf(key: ContentKey): {
  readonly kind: ContentKind;
  readonly name: string;
  readonly digest: string;
} {
  const end = key.indexOf(' ');
  return {
    kind: key[end + 1] === 'm' ? 'manifest' : 'blob',
    name: key.slice(end + 2),
    digest: key.slice(0, end),
  };
}

/**
 * How contents are remembered: the digest whole, then SHA-256 of kind and name. Clients choose both; no one can make
 * two names with one SHA-256, so that no content can be taken for another.
 *
 * @param entries how many contents are remembered over all algorithms, at least 1
 */
export function contentKeys(entries: number): KeyCodec<ContentKey> {
  const digests = digestKeys(entries);
  const kept = new Map<string, Uint32Array>();

  const hashOf = (kindAndName: string): Uint32Array => {
    const known = kept.get(kindAndName);
    if (known !== undefined) return known;
    const hash = new Uint32Array(NAME_WORDS);
    readHexWords(createHash('sha256').update(kindAndName).digest('hex'), 0, hash);
    if (kept.size === NAMES_KEPT) {
      for (const oldest of kept.keys()) {
        kept.delete(oldest);
        break;
      }
    }
    kept.set(kindAndName, hash);
    return hash;
  };

  return {
    classes: digests.classes.map((each) => ({ ...each, words: each.words + NAME_WORDS })),
    classOf: (key) => digests.classOf(key.slice(0, key.indexOf(' '))),
    write(key, words) {
      const ofDigest = words.length - NAME_WORDS;
      digests.write(key, words.subarray(0, ofDigest));
      words.set(hashOf(key.slice(key.indexOf(' ') + 1)), ofDigest);
    },
  };
}
