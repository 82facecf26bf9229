/** The value of a property in a message; long ones are cut. */
function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** A property that does not have the expected value. */
export class FieldProblem {
  readonly message: string;

  constructor(key: string, expected: string, value: unknown) {
    this.message = `${key}: expected ${expected}, found ${shown(value)}`;
  }
}

/** Maximum length of a name, in characters; the longest names of repositories and digests are shorter. */
const LONGEST_TEXT = 512;

type Fields = Readonly<Record<string, unknown>>;

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_TEXT;
}

/** @throws FieldProblem */
export function textOf(fields: Fields, key: string): string {
  const value = fields[key];
  if (isText(value)) return value;
  throw new FieldProblem(key, `a string of at most ${LONGEST_TEXT} characters`, value);
}

/** @throws FieldProblem */
export function textOrNull(fields: Fields, key: string): string | null {
  const value = fields[key];
  if (value === null || isText(value)) return value;
  throw new FieldProblem(key, `null or a string of at most ${LONGEST_TEXT} characters`, value);
}

/**
 * A number of at least `least`. Databases write large integers as strings.
 *
 * @throws FieldProblem
 */
export function numberOf(fields: Fields, key: string, least: number): number {
  const value = fields[key];
  const number = typeof value === 'string' && /^\d{1,20}$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number) && number >= least) return number;
  throw new FieldProblem(key, `a number of at least ${least}`, value);
}

/** @throws FieldProblem */
export function numberOrNull(fields: Fields, key: string): number | null {
  return fields[key] === null ? null : numberOf(fields, key, 0);
}
