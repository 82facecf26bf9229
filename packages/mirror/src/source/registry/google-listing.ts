import type { ListedTag } from '@archeio/mirror-plan';
import { isName } from '@archeio/oci-distribution';
import { isObject, tryParseJson } from '../../json-value.ts';
import { RegistryError } from './registry-error.ts';

/** What Google's registries return in addition to tags: child repositories, and each manifest with its tags. */
export interface GoogleListing {
  /** Names of the direct child repositories, relative to the parent. */
  readonly children: readonly string[];
  readonly tags: readonly ListedTag[];
  readonly manifests: number;
}

const textsAt = (value: unknown, key: string): string[] => {
  const list = isObject(value) ? value[key] : undefined;
  return Array.isArray(list) ? list.filter((each): each is string => typeof each === 'string') : [];
};

/**
 * Reads an answer of `tags/list` with Google's `child` and `manifest` (Container Registry and Artifact Registry).
 *
 * @throws RegistryError if the registry is not Google's
 */
export function readGoogleListing(text: string): GoogleListing {
  const document = tryParseJson(text);
  const manifests = isObject(document) ? document['manifest'] : undefined;
  if (!isObject(manifests) || !isObject(document) || !Array.isArray(document['child']))
    throw new RegistryError(
      'cannot read the list of tags: expected "child" and "manifest", as Google\'s registries return them',
      0,
    );
  const tags = Object.entries(manifests).flatMap(([digest, about]) => {
    const uploaded = Number(isObject(about) ? about['timeUploadedMs'] : Number.NaN);
    return textsAt(about, 'tag').map((tag) => ({
      tag,
      digest,
      ...(uploaded > 0 && { uploaded }),
    }));
  });
  return {
    children: textsAt(document, 'child'),
    tags,
    manifests: Object.keys(manifests).length,
  };
}

/** Joins the pages of one answer; child names appear on every page, or on one of them. */
export function joinGoogleListings(pages: readonly GoogleListing[]): GoogleListing {
  return {
    children: [...new Set(pages.flatMap(({ children }) => children))],
    tags: pages.flatMap(({ tags }) => tags),
    manifests: pages.reduce((sum, { manifests }) => sum + manifests, 0),
  };
}

/**
 * The repositories at and below `path` that have manifests, with their tags. Requests each repository once.
 *
 * @param list resolves to undefined for a repository that no longer exists
 */
export async function walkGoogleRepositories(
  list: (repository: string) => Promise<GoogleListing | undefined>,
  path: string,
): Promise<ReadonlyMap<string, readonly ListedTag[]>> {
  const found = new Map<string, readonly ListedTag[]>();
  const open = [path];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const listing = await list(name);
    if (listing === undefined) continue;
    const { children, manifests, tags } = listing;
    if (manifests > 0) found.set(name, tags);
    // A child named "." or ".." would lead to another repository, without end.
    const below = children.map((child) => (name === '' ? child : `${name}/${child}`));
    for (const each of below) if (isName(each)) open.push(each);
  }
  return found;
}
