import type { MirrorProblem } from '@archeio/mirror-plan';

/** What could not be read or copied, and why, in a line. */
export function problemLine({ repository, reference, why }: MirrorProblem): string {
  const what = [repository, reference].filter((part) => part !== '').join(' ');
  return what === '' ? why : `${what}: ${why}`;
}
