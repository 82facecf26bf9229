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

/** All that a part may import from node:test: hooks that suites share register no test. */
const HOOKS = /^import \{( |after|afterEach|before|beforeEach|,)+\} from 'node:test';$/m;

test('what registers tests below test/ ends in .test.ts, which is what npm test runs', () => {
  const registers = FILES.filter((file) =>
    / from 'node:test'/.test(readFileSync(join(ROOT, file), 'utf8').replace(HOOKS, '')),
  );
  assert.deepEqual(
    registers.filter((file) => !file.endsWith('.test.ts')),
    [],
  );
});
