import { count } from '@archeio/mirror';

/** The selected part of the source, in one line. */
export function selectedText({
  repositories,
  tags,
}: {
  readonly repositories: number;
  readonly tags: number;
}): string {
  return `${count(repositories, 'repository')} with ${count(tags, 'tag')}`;
}
