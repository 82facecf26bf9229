import { type Contents, type ListedTag, type MirrorProblem, isPattern } from '@archeio/mirror-plan';

/** Tags that `include` lists literally and no repository has: a typo, or a deleted tag. */
export class MissingTags {
  readonly #missing: Set<string>;

  constructor(include: readonly string[]) {
    this.#missing = new Set(include.filter((tag) => !isPattern(tag)));
  }

  /** Marks tags that a repository has. */
  found(listed: readonly ListedTag[]): void {
    for (const { tag } of listed) this.#missing.delete(tag);
  }

  /** A problem for each missing tag, unless a repository whose tags could not be read may have it. */
  problems(contents: readonly Contents[]): readonly MirrorProblem[] {
    const isUnread = contents.some(({ problems }) =>
      problems.some((each) => each.reference === ''),
    );
    return [...(isUnread ? [] : this.#missing)].map((tag) => ({
      repository: '',
      reference: '',
      why: `no repository has the tag ${JSON.stringify(tag)} listed in mirror.source.tags.include`,
    }));
  }
}
