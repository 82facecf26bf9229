import { type KeyCodec, readHexWords } from '@archeio/presence';
import { digestKeys } from './digest-keys.ts';

/** Content of a repository. */
export interface Content {
  readonly kind: 'manifest' | 'blob';
  /** Name of the repository within its registry. */
  readonly name: string;
  readonly digest: string;
}

/** SHA-256 of a text's UTF-8 bytes, as 64 lower-case hexadecimal digits. */
export type Sha256 = (text: string) => string;

/** A repository's content: its digest, a space, `m` or `b`, the repository's name. No digest contains a space. */
export type ContentKey = string;

/** Words of the SHA-256 of kind and name. */
const NAME_WORDS = 8;

/** Number of names whose hashes are kept: those of a registry's busiest repositories. */
const NAMES_KEPT = 1024;

/** The key of a repository's manifest or blob. */
export function contentKey(kind: Content['kind'], name: string, digest: string): ContentKey {
  return `${digest} ${kind === 'manifest' ? 'm' : 'b'}${name}`;
}

/** The content of a {@link contentKey}. */
export function contentOf(key: ContentKey): Content {
  const end = key.indexOf(' ');
  return {
    kind: key[end + 1] === 'm' ? 'manifest' : 'blob',
    name: key.slice(end + 2),
    digest: key.slice(0, end),
  };
}

/**
 * Stores contents as the whole digest, then SHA-256 of kind and name. Clients choose both, and cannot find two names with
 * one SHA-256, so no two contents are confused.
 *
 * @param entries maximum number of remembered contents over all algorithms, at least 1
 */
export function contentKeys(entries: number, sha256: Sha256): KeyCodec<ContentKey> {
  const digests = digestKeys(entries);
  const kept = new Map<string, Uint32Array>();

  const hashOf = (kindAndName: string): Uint32Array => {
    const known = kept.get(kindAndName);
    if (known !== undefined) return known;
    const hash = new Uint32Array(NAME_WORDS);
    readHexWords(sha256(kindAndName), 0, hash);
    if (kept.size === NAMES_KEPT) {
      const [oldest] = kept.keys();
      kept.delete(oldest);
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
