import type { MirrorProblem } from '@archeio/mirror-plan';
import { count } from '@archeio/mirror/amounts';
import { complain, formatJson, print } from '../../platform/print.ts';
import { ArcheioError } from '../../platform/errors.ts';

/** The report of a mirror command. */
export interface Report {
  /** The object for `--json`. */
  readonly json: object;
  /** The text output, in lines. */
  readonly text: string;
  /** Findings that are not failures, one per line. */
  readonly notes?: readonly string[];
  /** Failures, one per line. */
  readonly problems: readonly string[];
  /** The signal that ended the command early. */
  readonly interruptedBy?: NodeJS.Signals | undefined;
}

/**
 * Does the work and prints the report: failures on standard error, then the summary on standard output, where it does
 * not scroll away. An error of the whole command is left to the command line.
 *
 * @throws ArcheioError if there are problems, or if a signal interrupted the work
 */
export async function printReport(isJson: boolean, work: () => Promise<Report>): Promise<void> {
  const { json, text, notes = [], problems, interruptedBy } = await work();
  for (const line of [...notes, ...problems]) complain(line);
  // Before writing anything: if the reader of the output is gone, writing ends the process.
  if (problems.length > 0) process.exitCode = 1;
  await print(`${isJson ? formatJson(json) : text}\n`);
  if (interruptedBy !== undefined)
    throw new ArcheioError(
      'interrupted',
      `interrupted by ${interruptedBy}: copied blobs stay, and the next run continues from there`,
      { signal: interruptedBy, printed: 'json' },
    );
  if (problems.length > 0)
    throw new ArcheioError('incomplete', `${count(problems.length, 'problem')}, listed above`, {
      printed: 'json',
    });
}

/** What could not be read or copied, and why, in one line. */
export function problemLine({ repository, reference, why }: MirrorProblem): string {
  const what = [repository, reference].filter((part) => part !== '').join(' ');
  return what === '' ? why : `${what}: ${why}`;
}

/** How much of the source is selected, in one line. */
export function selectedText({
  repositories,
  tags,
}: Record<'repositories' | 'tags', number>): string {
  return `${count(repositories, 'repository')} with ${count(tags, 'tag')}`;
}
