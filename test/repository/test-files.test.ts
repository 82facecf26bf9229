import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../tools/source-files.ts';

const FILES = globSync('test/**/*.ts', { cwd: ROOT });

test('each file below test/ is in the folder of its theme', () => {
  assert.ok(FILES.length > 100);
  assert.deepEqual(
    FILES.filter((file) => file.split('/').length < 3),
    [],
  );
});

/** All that a part may import from node:test: shared hooks register no test. */
const HOOKS = /^import \{( |after|afterEach|before|beforeEach|,)+\} from 'node:test';$/m;

test('files that register tests below test/ end in .test.ts, so that npm test runs them', () => {
  const registers = FILES.filter((file) =>
    / from 'node:test'/.test(readFileSync(join(ROOT, file), 'utf8').replace(HOOKS, '')),
  );
  assert.deepEqual(
    registers.filter((file) => !file.endsWith('.test.ts')),
    [],
  );
});
