import { formatKeyPath, type KeyPath } from './key-path.ts';
import type { Marks } from './marks.ts';
import type { Problem } from './problem.ts';

/** The result of a check, before it has a line number. */
export interface Finding {
  readonly path: KeyPath;
  readonly message: string;
  readonly severity: Problem['severity'];
}

export function error(path: KeyPath, message: string): Finding {
  return { path, message, severity: 'error' };
}

export function warning(path: KeyPath, message: string): Finding {
  return { path, message, severity: 'warning' };
}

/** Adds the position to a finding. */
export function locate(
  { path, message, severity }: Finding,
  source: unknown,
  marks: Marks,
): Problem {
  const key = formatKeyPath(path);
  const found = marks.at(source, path);
  const rest = { key, message, severity };
  switch (found?.kind) {
    case 'file':
    case 'preset':
      return { file: found.file, line: found.line, column: found.column, ...rest };
    case 'environment':
      return { file: found.variable, line: undefined, column: undefined, ...rest };
    case 'flag':
      return { file: found.name, line: undefined, column: undefined, ...rest };
    default:
      return { file: undefined, line: undefined, column: undefined, ...rest };
  }
}
