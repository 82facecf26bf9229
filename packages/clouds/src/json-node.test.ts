import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JsonNode } from './json-node.ts';

function refuses(read: () => unknown, message: string | RegExp): void {
  assert.throws(read, { name: 'SyntaxError', message });
}

test('a value has its place', () => {
  const file = JsonNode.parse('{"a":[{"b":"text"},{"n":5}]}', 'x.json');
  const [first, second] = file.get('a').list();
  assert.equal(first.get('b').text(), 'text');
  assert.equal(first.get('b').path, 'a[0].b');
  assert.equal(second.get('n').wholeNumber(), 5);
  assert.deepEqual(
    [first.has('b'), first.has('n'), file.get('none').has('x')],
    [true, false, false],
  );
});

test('a text that is not JSON is refused', () => {
  refuses(
    () => JsonNode.parse('', 'x.json'),
    'cannot read x.json: expected JSON: the file is empty',
  );
  refuses(() => JsonNode.parse(' \n', 'x.json'), /x\.json: expected JSON: the file is empty$/);
  refuses(
    () => JsonNode.parse('{"a": secret', 'x.json'),
    'cannot read x.json: expected JSON: it is truncated or malformed',
  );
});

test('regression: excessive nesting is refused before parsing', () => {
  const nested = (depth: number): string => '{"a":'.repeat(depth / 2) + '['.repeat(depth / 2);
  refuses(
    () => JsonNode.parse(nested(5_000_000), 'x.json'),
    'cannot read x.json: expected JSON that is nested 64 deep at most',
  );
  const file = JsonNode.parse(`${'['.repeat(64)}"\\"[{\\\\"${']'.repeat(64)}`, 'x.json');
  assert.equal(file.list().length, 1);
  // Brackets in strings, closed ones and escapes do not count.
  const wide = JSON.stringify([
    '[[['.repeat(100),
    '\\"[',
    ...Array.from({ length: 100 }, () => [{}]),
  ]);
  assert.equal(JsonNode.parse(wide, 'x.json').list().length, 102);
});

test('regression: a value of megabytes is shortened in the message', () => {
  const file = JsonNode.parse(JSON.stringify({ prefix: '1'.repeat(1_000_000) }), 'x.json');
  refuses(
    () => file.get('prefix').prefix(),
    /^cannot read x\.json: prefix: cannot read prefix "1{100}"… \(1000000 characters\): /,
  );
});

test('a value of another type is refused with its place and its type', () => {
  const file = JsonNode.parse(
    JSON.stringify({
      list: [1],
      none: null,
      long: 'x'.repeat(90),
      empty: '',
      half: 0.5,
      object: {},
    }),
    'x.json',
  );
  refuses(
    () => file.get('list').text(),
    'cannot read x.json: list: expected a non-empty string, got a list',
  );
  refuses(
    () => file.get('empty').text(),
    'cannot read x.json: empty: expected a non-empty string, got ""',
  );
  refuses(
    () => file.get('gone').text(),
    'cannot read x.json: gone: expected a non-empty string, got nothing',
  );
  refuses(
    () => file.get('object').list(),
    'cannot read x.json: object: expected a list, got an object',
  );
  refuses(
    () => file.get('none').get('x'),
    'cannot read x.json: none: expected an object, got null',
  );
  refuses(
    () => file.get('list').get('0'),
    'cannot read x.json: list: expected an object, got a list',
  );
  refuses(
    () => file.get('half').wholeNumber(),
    'cannot read x.json: half: expected an integer, got 0.5',
  );
  refuses(
    () => file.get('long').list(),
    `cannot read x.json: long: expected a list, got "${'x'.repeat(59)}…`,
  );
  refuses(
    () => JsonNode.parse('7', 'x.json').get('a'),
    'cannot read x.json: expected an object, got 7',
  );
});

test('keys of every object are not keys of the file', () => {
  const file = JsonNode.parse('{}', 'x.json');
  for (const key of ['toString', '__proto__', 'constructor']) {
    assert.equal(file.has(key), false);
    refuses(
      () => file.get(key).text(),
      `cannot read x.json: ${key}: expected a non-empty string, got nothing`,
    );
  }
});
