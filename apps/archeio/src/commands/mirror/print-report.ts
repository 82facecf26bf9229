import { count } from '@archeio/mirror/amounts';
import { complain, formatJson, print } from '../../platform/print.ts';
import { ArcheioError } from '../../platform/errors.ts';

/** What a command of the mirror has to say at its end. */
export interface Report {
  /** For programs: one object. */
  readonly json: object;
  /** For people: lines. */
  readonly text: string;
  /** What was found and is no failure, a line each. */
  readonly notes?: readonly string[];
  /** What went wrong, a line each. */
  readonly problems: readonly string[];
  /** What ended it before it was done. */
  readonly interruptedBy?: NodeJS.Signals | undefined;
}

/**
 * Does the work and prints what it has to say: what went wrong on standard error, and below it, where it is not
 * scrolled away, the summary on standard output. What fails as a whole is left to the command line.
 *
 * @throws ArcheioError if anything went wrong, or it was ended before it was done
 */
export async function printReport(isJson: boolean, work: () => Promise<Report>): Promise<void> {
  const { json, text, notes = [], problems, interruptedBy } = await work();
  for (const line of [...notes, ...problems]) complain(line);
  // Before anything is written: whoever reads it may be gone, and that ends us.
  if (problems.length > 0) process.exitCode = 1;
  await print(`${isJson ? formatJson(json) : text}\n`);
  if (interruptedBy !== undefined)
    throw new ArcheioError(
      'interrupted',
      `interrupted by ${interruptedBy}: what is copied stays, and the next run goes on from there`,
      { signal: interruptedBy, printed: 'json' },
    );
  if (problems.length > 0)
    throw new ArcheioError('incomplete', `${count(problems.length, 'problem')}, listed above`, {
      printed: 'json',
    });
}
