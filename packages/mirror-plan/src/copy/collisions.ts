import { manifestKey, tagListKey } from './copy-keys.ts';

/** Two references that would be a file and a directory of the same name. */
export interface Collision {
  /** The repository whose objects lie below `key`. */
  readonly repository: string;
  /** What has the key itself, such as `team/app:manifests`. */
  readonly other: string;
  readonly key: string;
}

/** A repository and all tags that its copy would have. */
export interface NamedTags {
  readonly repository: string;
  readonly tags: Iterable<string>;
}

/**
 * The references that cannot lie in one copy: `a/manifests/b` is a legal repository name, and so is `b` as a tag of
 * `a`; the tag would be a file where the repository needs a directory.
 */
export function findCollisions(repositories: readonly NamedTags[]): readonly Collision[] {
  const files = new Map<string, string>();
  for (const { repository, tags } of repositories) {
    files.set(tagListKey(repository), `the list of tags of ${repository}`);
    for (const tag of tags) files.set(manifestKey(repository, tag), `tag ${repository}:${tag}`);
  }
  const collisions: Collision[] = [];
  for (const { repository } of repositories) {
    const components = `v2/${repository}`.split('/');
    for (let length = 1; length <= components.length; length++) {
      const key = components.slice(0, length).join('/');
      const other = files.get(key);
      if (other !== undefined) collisions.push({ repository, other, key });
    }
  }
  return collisions;
}
