import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { FAMILIES } from './families.ts';

test('docs/operating.md lists every metric with its type and labels', () => {
  const text = readFileSync(new URL('../../../../docs/operating.md', import.meta.url), 'utf8');
  const rows = text
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, name]) => /^`(archeio|http)_\w+`$/.test(name ?? ''))
    .map(([, name, type, labels]) => `${name} ${type} ${labels}`);
  assert.deepEqual(
    rows,
    Object.entries(FAMILIES).map(
      ([name, { type, labels }]) => `\`${name}\` ${type} ${labels.join(', ')}`,
    ),
  );
});
