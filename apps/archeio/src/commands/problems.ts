import type { MirrorProblem } from '@archeio/mirror-plan';

/** One line that names what could not be read or copied, and why. */
export function problemLine({ repository, reference, why }: MirrorProblem): string {
  const what = [repository, reference].filter((part) => part !== '').join(' ');
  return what === '' ? why : `${what}: ${why}`;
}
