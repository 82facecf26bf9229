import { StatedError } from '@archeio/plain-errors';

/** Something that is wrong (error) or looks wrong (warning) in a configuration. */
export interface Problem {
  /** File, URL, variable or flag; undefined for a configuration built in memory. */
  readonly file: string | undefined;
  /** From 1; undefined if there are no lines. */
  readonly line: number | undefined;
  /** From 1, in characters. */
  readonly column: number | undefined;
  /** Such as `stores[0].url`; empty for the whole configuration. */
  readonly key: string;
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

/** One line: `FILE:LINE:COLUMN: key: message`. */
export function formatProblem({ file, line, column, key, message, severity }: Problem): string {
  const where = file === undefined ? [] : [line === undefined ? file : `${file}:${line}:${column}`];
  const parts = [...where, ...(severity === 'warning' ? ['warning'] : []), key, message];
  // A message may quote the input, which may contain any character.
  return parts
    .filter((part) => part !== '')
    .join(': ')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}

/** The same as an object, for `--json`. */
export function problemJson({ file, line, column, key, message, severity }: Problem): object {
  return { file: file ?? null, line: line ?? null, column: column ?? null, key, message, severity };
}

/** An invalid configuration: every problem, one per line. */
export class ConfigurationError extends StatedError {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}
