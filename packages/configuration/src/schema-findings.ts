import type { z } from 'zod';
import { error, type Finding } from './finding.ts';
import { branchesOf, childNode, configurationJsonSchema, type SchemaNode } from './json-schema.ts';
import type { KeyPath } from './key-path.ts';
import { didYouMean } from './nearest.ts';
import { quotedValue } from './quoted-value.ts';
import { childOf } from './record.ts';

type Issue = z.core.$ZodIssue;

const WORDS: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'an integer',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

/** A value, short and on one line; for maps and lists only their kind. */
function written(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a map';
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing');
  return text.length > 80 ? `${text.slice(0, 77)}…"` : text;
}

/** The first half of a message: what is wrong with a value. */
function unread(value: unknown): string {
  if (value === undefined) return 'is missing';
  return value === null ? 'has no value' : `cannot read ${written(value)}`;
}

/** A value that would be one of the options with or without quotes. */
function quotedOption(value: unknown, options: readonly unknown[]): string | undefined {
  for (const option of options) {
    if (typeof option === 'string' || String(option) !== value) continue;
    return quotedValue(value, typeof option, `the ${typeof option} ${String(option)}`);
  }
  return undefined;
}

function listed(options: readonly unknown[]): string {
  const texts = options.map(String);
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;
}

/** Every key that the map at a path may have. */
function knownKeys(path: KeyPath): string[] {
  let nodes: readonly SchemaNode[] = branchesOf(configurationJsonSchema());
  for (const step of path) {
    nodes = nodes.flatMap((node) => {
      const child = childNode(node, step);
      return child === undefined ? [] : branchesOf(child);
    });
  }
  return nodes.flatMap(({ properties = {} }) => Object.keys(properties));
}

/** Singular and plural of what a bound counts. */
const COUNTED: Readonly<Record<string, readonly [one: string, many: string]>> = {
  array: [' entry', ' entries'],
  string: [' character', ' characters'],
};

function expectedNumber(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const [bound, beyond, including] =
    issue.code === 'too_small'
      ? [issue.minimum, 'more than', 'at least']
      : [issue.maximum, 'less than', 'at most'];
  const [one, many] = COUNTED[issue.origin] ?? ['', ''];
  return `expected ${issue.inclusive === false ? beyond : including} ${bound}${bound === 1 ? one : many}`;
}

/** A value that is not one of the options. */
function otherOption(value: unknown, options: readonly unknown[], path: KeyPath): Finding {
  const hint = typeof value === 'string' ? didYouMean(value, options.map(String)) : '';
  return error(path, `${unread(value)}: expected ${listed(options)}${hint}`);
}

/** How many constants of a branch, such as `from` or `type`, differ from the value's. */
function otherCases(issues: readonly Issue[]): number {
  return issues.filter(
    ({ code, ...more }) =>
      code === 'invalid_value' ||
      (code === 'invalid_union' && 'errors' in more && more.errors.length === 0),
  ).length;
}

/** The branches of a union that the user could have meant: those that agree with the kind of the value. */
function unionFindings(
  issue: z.core.$ZodIssueInvalidUnion,
  path: KeyPath,
  source: unknown,
): Finding[] {
  const value = path.reduce(childOf, source);
  if (issue.errors.length === 0) {
    const options = 'options' in issue && Array.isArray(issue.options) ? issue.options : [];
    return [otherOption(value, options, path)];
  }
  for (const inner of issue.errors.flat()) {
    if (inner.path.length > 0 || inner.code !== 'invalid_type') continue;
    const quoted =
      typeof value === 'string'
        ? quotedValue(value, inner.expected, WORDS[inner.expected] ?? inner.expected)
        : undefined;
    if (quoted !== undefined) return [error(path, quoted)];
  }
  const fitting = issue.errors.filter((each) =>
    each.every(
      (inner) => inner.path.length > 0 || !['invalid_type', 'invalid_value'].includes(inner.code),
    ),
  );
  const [meant] = fitting.toSorted((one, other) => otherCases(one) - otherCases(other));
  if (meant !== undefined)
    return meant.flatMap((inner) => issueFindings(inner, [...path, ...inner.path], source));
  const wanted = issue.errors.flatMap((each) =>
    each.map((inner) =>
      inner.code === 'invalid_type'
        ? (WORDS[inner.expected] ?? inner.expected)
        : inner.code === 'invalid_value'
          ? listed(inner.values)
          : inner.message,
    ),
  );
  return [error(path, `${unread(value)}: expected ${listed([...new Set(wanted)])}`)];
}

function issueFindings(issue: Issue, path: KeyPath, source: unknown): Finding[] {
  const value = path.reduce(childOf, source);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) =>
        error([...path, key], `unknown key${didYouMean(key, knownKeys(path))}`),
      );
    case 'invalid_type': {
      const own = /^expected (.*)$/.exec(issue.message)?.[1];
      const expected = own ?? WORDS[issue.expected] ?? issue.expected;
      // A string with its own format (`30s`) is not a quoted number.
      const isPlain = own === undefined || own === WORDS['string'];
      const quoted = isPlain ? quotedValue(value, issue.expected, expected) : undefined;
      return [error(path, quoted ?? `${unread(value)}: expected ${expected}`)];
    }
    case 'invalid_value': {
      const quoted = quotedOption(value, issue.values);
      return [quoted === undefined ? otherOption(value, issue.values, path) : error(path, quoted)];
    }
    case 'too_small':
    case 'too_big':
      return [
        error(
          path,
          Array.isArray(value)
            ? `there are ${value.length} entries: ${expectedNumber(issue)}`
            : `cannot use ${written(value)}: ${expectedNumber(issue)}`,
        ),
      ];
    case 'invalid_union':
      return unionFindings(issue, path, source);
    case 'invalid_key':
      return issue.issues.map(({ message }) => error(path, message));
    default:
      return [error(path, issue.message)];
  }
}

/** The schema's objections to a source, as Archeio's messages word them. */
export function schemaFindings(issues: readonly Issue[], source: unknown): Finding[] {
  return issues.flatMap((issue) => issueFindings(issue, issue.path, source));
}
