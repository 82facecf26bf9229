import { referrersTag } from '@archeio/oci-distribution';

/** Key prefix of everything that clients read from a copy of a registry. */
export const COPY_PREFIX = 'v2/';
/** Answers whether a copy is a registry. */
export const API_KEY = 'v2/';
/** Written last by a run that copied everything: whose copy it is, and of when. */
export const REGISTRY_KEY = 'archeio/registry.json';
/** Written first: whose copy it is. */
export const OWNER_KEY = 'archeio/copy/owner.json';
/** Key prefix of what the mirror knows about each repository of a copy. */
export const STATES_PREFIX = 'archeio/copy/repositories/';
const STATE = '/@state.json';

/** Key of what the mirror knows about a repository. The last component cannot be part of a repository name. */
export function stateKey(repository: string): string {
  return `${STATES_PREFIX}${repository}${STATE}`;
}

/** The repository of a {@link stateKey}; undefined for other keys. */
export function repositoryOfState(key: string): string | undefined {
  return key.startsWith(STATES_PREFIX) && key.endsWith(STATE)
    ? key.slice(STATES_PREFIX.length, -STATE.length)
    : undefined;
}

/** @param reference a tag or a digest */
export function manifestKey(repository: string, reference: string): string {
  return `${COPY_PREFIX}${repository}/manifests/${reference}`;
}

export function tagListKey(repository: string): string {
  return `${COPY_PREFIX}${repository}/tags/list`;
}

/** Keys of the list of a manifest's referrers: of the referrers API, and of the referrers tag schema. */
export function referrersKeys(repository: string, subject: string): readonly [string, string] {
  return [
    `${COPY_PREFIX}${repository}/referrers/${subject}`,
    manifestKey(repository, referrersTag(subject)),
  ];
}

export function copiedBlobKey(repository: string, digest: string): string {
  return `${COPY_PREFIX}${repository}/blobs/${digest}`;
}

/** What a key of a copy names. */
export interface CopyKey {
  readonly repository: string;
  readonly kind: 'manifest' | 'tag' | 'tags' | 'referrers' | 'blob';
  /** Tag or digest; empty for a list of tags. */
  readonly reference: string;
}

const KEY = /^v2\/(.+)\/(?:(manifests|referrers|blobs)\/([^/]+)|tags\/list)$/;

/** What a key of a copy names; undefined for other keys. */
export function parseCopyKey(key: string): CopyKey | undefined {
  const [, repository, folder, reference = ''] = KEY.exec(key) ?? [];
  if (repository === undefined) return undefined;
  switch (folder) {
    case undefined:
      return { repository, kind: 'tags', reference };
    case 'referrers':
      return { repository, kind: 'referrers', reference };
    case 'blobs':
      return { repository, kind: 'blob', reference };
    default:
      return { repository, kind: reference.includes(':') ? 'manifest' : 'tag', reference };
  }
}
