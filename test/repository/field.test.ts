import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../tools/source-files.ts';

test('each case from the field names tests that exist', () => {
  const text = readFileSync(join(ROOT, 'docs/internals/field.md'), 'utf8');
  const named = [...text.matchAll(/`((?:apps|packages|test)\/[^`]+)`/g)].map(([, path]) => path);
  assert.ok(named.length > 20);
  assert.deepEqual(
    named.filter((path) => !existsSync(join(ROOT, path))),
    [],
  );
});
