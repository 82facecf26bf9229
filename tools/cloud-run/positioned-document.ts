import { readFileSync } from 'node:fs';
import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';

/** A file that cannot be used: every problem, one a line. */
export class InputError extends Error {
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'InputError';
  }
}

type Path = readonly PropertyKey[];

/** `scaling.max`, `traffic[0].percent`. */
function keyOf(path: Path): string {
  return path.reduce<string>((key, step) => {
    if (typeof step === 'number') return `${key}[${step}]`;
    return key === '' ? String(step) : `${key}.${String(step)}`;
  }, '');
}

/** One line for each issue of a schema; unknown keys are one each. */
function issuesOf(error: z.ZodError): { path: Path; message: string }[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key], message: 'unknown key' }))
      : [{ path: issue.path, message: issue.message }],
  );
}

/**
 * Reads a YAML file by a schema.
 *
 * @throws InputError with `FILE:LINE:COLUMN: key: problem` for everything that is wrong
 */
export function readChecked<T>(file: string, schema: z.ZodType<T>): T {
  const text = textOf(file);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  if (document.errors.length > 0)
    throw new InputError(
      document.errors.map(({ pos, message }) => `${at(pos[0])}: cannot read YAML: ${message}`),
    );
  /** Where a key is, or, if it is missing, the map that lacks it. */
  const offsetOf = (path: Path): number => {
    for (let length = path.length; length > 0; length--) {
      const parent: unknown =
        length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
      const step = path[length - 1];
      const key = isMap(parent)
        ? parent.items.find((pair) => isScalar(pair.key) && pair.key.value === step)?.key
        : document.getIn(path.slice(0, length), true);
      if (isNode(key) && key.range) return key.range[0];
    }
    return document.contents?.range?.[0] ?? 0;
  };
  const result = schema.safeParse(document.toJS());
  if (result.success) return result.data;
  const problems = issuesOf(result.error)
    .map(({ path, message }) => ({ offset: offsetOf(path), key: keyOf(path), message }))
    .toSorted((one, other) => one.offset - other.offset);
  throw new InputError(
    problems.map(({ offset, key, message }) =>
      [at(offset), key, message].filter((part) => part !== '').join(': '),
    ),
  );
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const why = code === 'ENOENT' ? 'there is no such file' : code;
    throw new InputError([`cannot read ${JSON.stringify(file)}: ${why}`]);
  }
}
