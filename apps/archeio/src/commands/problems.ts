import type { Problem } from '@archeio/mirror';
import { count } from '../mirror/amounts.ts';
import { FailedError } from './errors.ts';

/** What could not be read or copied, and why, in a line. */
export function problemLine({ repository, reference, why }: Problem): string {
  return `${[repository, reference].filter((part) => part !== '').join(' ')}: ${why}`;
}

/** Lists what went wrong. @throws FailedError if anything did */
export function failWith(problems: readonly string[]): void {
  if (problems.length === 0) return;
  process.stderr.write(problems.map((line) => `archeio: ${line}\n`).join(''));
  throw new FailedError(`${count(problems.length, 'problem')}, listed above`);
}
