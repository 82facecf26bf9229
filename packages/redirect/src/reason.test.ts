import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { REASONS } from './reason.ts';

const REFERENCE = join(import.meta.dirname, '../../../docs/reference/request-handling.md');

test('every reason has a code of its own, which is a token of a structured field', () => {
  const all = Object.values(REASONS);
  for (const reason of all) {
    assert.match(reason.code, /^[a-z]+(-[a-z]+)*$/);
    assert.ok(Object.isFrozen(reason));
  }
  assert.equal(new Set(all.map(({ code }) => code)).size, all.length);
  assert.equal(new Set(all.map(({ words }) => words)).size, all.length);
});

test('the reference lists every reason, in this order, and no other', () => {
  const [, section = ''] = readFileSync(REFERENCE, 'utf8').split('\n## Reasons\n');
  const [table] = section.split('\n## ');
  const rows = [...table.matchAll(/^\| `([a-z-]+)` +\| R[^|]+\| (.+?) +\|$/gm)];
  assert.deepEqual(
    rows.map(([, code, words]) => [code, words]),
    Object.values(REASONS).map(({ code, words }) => [code, words]),
  );
});
