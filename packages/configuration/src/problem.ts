import { StatedError } from '@archeio/plain-errors';

/** Something that is wrong with a configuration (an error), or looks so (a warning). */
export interface Problem {
  /** The file, URL, variable or flag that says it; undefined where the configuration was made in memory. */
  readonly file: string | undefined;
  /** From 1; undefined where there are no lines. */
  readonly line: number | undefined;
  /** From 1, in characters. */
  readonly column: number | undefined;
  /** Such as `stores[0].url`; empty where the whole is meant. */
  readonly key: string;
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

/** One line: `FILE:LINE:COLUMN: key: message`. */
export function formatProblem({ file, line, column, key, message, severity }: Problem): string {
  const where = file === undefined ? [] : [line === undefined ? file : `${file}:${line}:${column}`];
  const parts = [...where, ...(severity === 'warning' ? ['warning'] : []), key, message];
  // A message may quote what was written, and what was written may have any character in it.
  return parts
    .filter((part) => part !== '')
    .join(': ')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}

/** The same for programs. */
export function problemJson({ file, line, column, key, message, severity }: Problem): object {
  return { file: file ?? null, line: line ?? null, column: column ?? null, key, message, severity };
}

/** A configuration that cannot be used: every problem, each of them one line. */
export class ConfigurationError extends StatedError {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}
