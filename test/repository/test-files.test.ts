import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../tools/source-files.ts';

const FILES = globSync('test/**/*.ts', { cwd: ROOT });

test('each file below test/ lies in the folder of its theme', () => {
  assert.ok(FILES.length > 100);
  assert.deepEqual(
    FILES.filter((file) => file.split('/').length < 3),
    [],
  );
});

/** Hooks alone, which a part may share between suites, are not tests. */
test('what registers tests below test/ ends in .test.ts, which is what npm test runs', () => {
  const registers = FILES.filter((file) =>
    /import [^;]*\b(test|it|suite|describe)\b[^;]* from 'node:test'/.test(
      readFileSync(join(ROOT, file), 'utf8'),
    ),
  );
  assert.deepEqual(
    registers.filter((file) => !file.endsWith('.test.ts')),
    [],
  );
});
