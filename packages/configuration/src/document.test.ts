import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readDocument } from './document.ts';
import { ConfigurationError, formatProblem } from './problem.ts';

const read = (text: string): unknown => readDocument(text, 'f.yaml').source;

function problems(text: string): string[] {
  try {
    readDocument(text, 'f.yaml');
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error));
    return error.problems.map(formatProblem);
  }
  return [];
}

describe('a document', () => {
  test('is YAML or JSON, with tabs, CRLF and comments', () => {
    const expected = { version: 1, listen: { port: 80 }, list: ['a', null, true, 0.5] };
    assert.deepEqual(read(JSON.stringify(expected, null, '\t')), expected);
    assert.deepEqual(
      read('# c\r\nversion: 1\r\nlisten:\r\n  port: 80\r\nlist: [a, null, true, 0.5]\r\n'),
      expected,
    );
    assert.deepEqual(read('\ufeffversion: 1\n'), { version: 1 });
    assert.deepEqual(read('"a\\u00e9\\ud83d\\ude00": 1'), { 'a\u00e9\u{1f600}': 1 });
  });

  test('records the position of each part', () => {
    const { source, marks } = readDocument('a: 1\nb:\n  - { c: 2 }\n  - d\n', 'f.yaml');
    const at = (...path: PropertyKey[]) => {
      const found = marks.at(source, path);
      return found !== undefined && 'line' in found ? [found.line, found.column] : undefined;
    };
    assert.deepEqual(at('a'), [1, 1]);
    assert.deepEqual(at('b', 0, 'c'), [3, 7]);
    assert.deepEqual(at('b', 1), [4, 5]);
    // A missing part has the position of the map that would contain it.
    assert.deepEqual(at('b', 0, 'z'), [3, 5]);
  });

  test("anchors, aliases and merge keys; a map's own keys take precedence over merged ones", () => {
    assert.deepEqual(
      read('a: &x { p: 1, q: 2 }\nb: { <<: *x, q: 3 }\nc: { <<: [*x, { r: 4 }] }\nd: *x\n'),
      { a: { p: 1, q: 2 }, b: { q: 3, p: 1 }, c: { p: 1, q: 2, r: 4 }, d: { p: 1, q: 2 } },
    );
    assert.deepEqual(read('{"<<": 1}'), { '<<': 1 });
    assert.deepEqual(problems('a: *nothing'), ['f.yaml:1:4: a: cannot find anchor "nothing"']);
    assert.deepEqual(problems('a: { <<: 1 }'), [
      'f.yaml:1:10: a: cannot merge what "<<" names: expected a map or a list of maps',
    ]);
  });

  test('duplicate keys, each with its position', () => {
    assert.deepEqual(problems('a: 1\nb: { c: 1, c: 2 }\na: 2\n'), [
      'f.yaml:3:1: a: duplicate key',
      'f.yaml:2:12: b.c: duplicate key',
    ]);
    assert.match(problems('__proto__: { a: 1 }')[0], /cannot read a key/);
    assert.match(problems('? [a]\n: 1')[0], /cannot read a key/);
  });

  test('input that is not a document is reported with its line', () => {
    assert.match(problems('a: [1\nb: 2\n')[0], /^f\.yaml:2:\d+: cannot read YAML or JSON: /);
    assert.match(problems('{"a": 1,, }')[0], /^f\.yaml:1:\d+: cannot read YAML or JSON: /);
    assert.deepEqual(problems('a: 1\n---\nb: 2\n'), [
      'f.yaml:2:1: a second document begins here: expected only one',
    ]);
    for (const empty of ['', '\n', '# nothing\n', 'null'])
      assert.match(problems(empty)[0], /^f\.yaml:1:1: the configuration is empty/);
  });

  test('a file that is not YAML is not reported line by line', () => {
    const lines = (count: number): string => 'Jan 1 host: foo: bar\n'.repeat(count);
    assert.equal(problems(lines(20)).length, 20);
    for (const [count, more] of [
      [21, '1 more syntax error from here on'],
      [500, '480 more syntax errors from here on'],
    ] as const) {
      const all = problems(lines(count));
      assert.equal(all.length, 21);
      assert.match(all[20], new RegExp(`^f\\.yaml:21:\\d+: ${more}$`));
    }
  });

  test('a string, number or boolean instead of a map is reported with its position', () => {
    const expected = 'expected a map with at least "version: 1"';
    for (const [text, place, said] of [
      ['hello', '1:1', '"hello"'],
      ['# a comment\n\n  42\n', '3:3', '42'],
      ['true', '1:1', 'true'],
      ['"version: 1"', '1:1', '"version: 1"'],
      ['|\n  version\n  1\n', '1:1', '"version\\n1\\n"'],
      ['.inf', '1:1', 'null'],
    ] as const)
      assert.deepEqual(problems(text), [`f.yaml:${place}: cannot read ${said}: ${expected}`]);
    assert.match(problems('x'.repeat(500))[0], /x{76}…": expected a map/);
  });

  test('input that would need too much time or memory is refused in one line', () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x]']
      .concat(
        Array.from({ length: 12 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(9)}]`),
      )
      .join('\n');
    const merges = ['a0: &a0 { x: 1 }']
      .concat(
        Array.from(
          { length: 12 },
          (_, n) => `a${n + 1}: &a${n + 1} { <<: [${`*a${n}, `.repeat(9)}] }`,
        ),
      )
      .join('\n');
    for (const [text, expected] of [
      [bomb, /there are more than 1000000 values, including those that aliases expand to$/],
      [merges, /there are more than 1000000 values, including those that aliases expand to$/],
      ['a: &a [*a]', /nested deeper than 32 levels$/],
      ['['.repeat(100), /nested too deeply$/],
      [`${'['.repeat(50_000)}${']'.repeat(50_000)}`, /nested too deeply$/],
      [`${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`, /nested too deeply$/],
      ['- '.repeat(50_000), /nested too deeply$/],
      [Array.from({ length: 1400 }, (_, n) => `${' '.repeat(n)}a:`).join('\n'), /nested/],
      [`a: ${'x'.repeat(10 * 1024 * 1024)}`, /too large: expected at most 8 MiB$/],
    ] as const) {
      const found = problems(text);
      assert.equal(found.length > 0, true);
      assert.match(found[0], expected);
      assert.ok(found.every((line) => !line.includes('\n')));
    }
  });
});
