import assert from 'node:assert/strict';
import { test } from 'node:test';
import { originInWords, positionOf, shortOrigin, valueInWords, valueRows } from './origins.js';

test('values and their origins in words', () => {
  const file = { kind: 'file', name: 'a.yaml', line: 3, column: 1 };
  const nowhere = { line: null, column: null };
  assert.deepEqual(
    [
      file,
      { kind: 'preset', name: 'p', line: 4, column: 1 },
      { kind: 'environment', name: 'PORT', ...nowhere },
      { kind: 'flag', name: '--port', ...nowhere },
      { kind: 'default', name: null, ...nowhere },
      null,
    ].map(originInWords),
    ['a.yaml:3', 'preset p:4', 'environment PORT', 'flag --port', 'default', 'unknown'],
  );
  assert.deepEqual([{ ...file, name: '/etc/archeio/a.yaml' }, null].map(shortOrigin), [
    'a.yaml:3',
    'unknown',
  ]);
  assert.deepEqual(
    [1, true, '', 'x', null, [], ['a', 'b'], {}].map((value) => valueInWords({ value, more: 0 })),
    ['1', 'true', 'empty text', 'x', 'null', 'empty list', 'a, b', 'empty map'],
  );
  assert.equal(valueInWords({ value: ['a'], more: 1234 }), 'a, and 1,234 more');
  const [row] = valueRows([{ key: 'listen.port', value: 1, more: 0, from: null }]);
  assert.deepEqual([row.name, row.from], ['listen.port 1', 'unknown']);
  const position = { file: 'a.yaml', line: 3, column: 7 };
  assert.deepEqual(
    [position, { ...position, line: null }, { ...position, file: null }].map(positionOf),
    ['a.yaml:3:7', 'a.yaml', ''],
  );
});
