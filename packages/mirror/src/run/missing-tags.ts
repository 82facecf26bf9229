import { type Contents, type ListedTag, type Problem, isPattern } from '@archeio/mirror-plan';

/** Tags that `include` spells out and no repository has: a typing error, or a tag that was deleted. */
export class MissingTags {
  readonly #missing: Set<string>;

  constructor(include: readonly string[]) {
    this.#missing = new Set(include.filter((tag) => !isPattern(tag)));
  }

  /** A repository has these. */
  found(listed: readonly ListedTag[]): void {
    for (const { tag } of listed) this.#missing.delete(tag);
  }

  /** A problem for each, unless a repository whose tags could not be read may have it. */
  problems(contents: readonly Contents[]): readonly Problem[] {
    const isUnread = contents.some(({ problems }) =>
      problems.some((each) => each.reference === ''),
    );
    return [...(isUnread ? [] : this.#missing)].map((tag) => ({
      repository: '',
      reference: '',
      why: `no repository has the tag ${JSON.stringify(tag)}, which mirror.source.tags.include names`,
    }));
  }
}
