import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../tools/source-files.ts';

/** A package's README, in the order of its first screen. */
export interface Readme {
  readonly text: string;
  /** The first sentences: the problem that the package solves. */
  readonly problem: string;
  /** The first program. */
  readonly example: string;
  /** Sections by their headings. */
  readonly sections: ReadonlyMap<string, string>;
}

export function readmeOf(folder: string): Readme {
  const text = readFileSync(join(ROOT, folder, 'README.md'), 'utf8');
  const [first = '', ...rest] = text.split(/^## /m);
  const sections = new Map(
    rest.map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)]),
  );
  return {
    text,
    problem:
      first
        .replace(/^# .*\n/, '')
        .split('```', 1)[0]
        ?.trim() ?? '',
    example: /^```ts\n([\s\S]*?)^```/m.exec(text)?.[1] ?? '',
    sections,
  };
}

/** `expression; // value`, or a constant of that value. */
const STATED =
  /^(?:const (\w+) = )?(.*);\s*\/\/ (-?\d[\d_.]*|'[^']*'|"[^"]*"|true|false|undefined|\[.*\]|\{.*\})$/;

/** The example as a program that fails if a value differs from the comment after it. */
export function checkedExample(example: string): { program: string; checks: number } {
  let checks = 0;
  const lines = example.split('\n').map((line) => {
    const [, name, expression, value] = STATED.exec(line) ?? [];
    if (expression === undefined) return line;
    checks++;
    return name === undefined
      ? `assert.deepEqual(${expression}, ${value});`
      : `${line}\nassert.deepEqual(${name}, ${value});`;
  });
  return { program: `import assert from 'node:assert';\n${lines.join('\n')}`, checks };
}
