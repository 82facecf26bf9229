import { count } from '@archeio/mirror';

/** What of the source a mirror is about, in a line. */
export function selectedText({
  repositories,
  tags,
}: {
  readonly repositories: number;
  readonly tags: number;
}): string {
  return `${count(repositories, 'repository')} with ${count(tags, 'tag')}`;
}
