import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../../../../test/parts/command.ts';
import { ROOT } from '../../../../../tools/source-files.ts';

test('fetching, storing and refreshing pass the same tests on Bun', async () => {
  const files = ['fetch-text', 'ranges-refresher', 'ranges-refresher.due'].map(
    (name) => `./apps/archeio/src/supervisor/ranges/${name}.test.ts`,
  );
  const { code, stderr } = await run(join(ROOT, 'node_modules/.bin/bun'), [
    'test',
    '--cwd',
    ROOT,
    ...files,
  ]);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /Ran \d{2} tests across 3 files/);
});
