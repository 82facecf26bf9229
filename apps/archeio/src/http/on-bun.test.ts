import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../../../test/parts/command.ts';
import { ROOT } from '../../../../tools/source-files.ts';

test('the server and what comes before HTTP pass the same tests on Bun', async () => {
  const files = ['http-server', 'front/front', 'front/read-header', 'front/connection-times'].map(
    (name) => `./apps/archeio/src/http/${name}.test.ts`,
  );
  const { code, stderr } = await run(join(ROOT, 'node_modules/.bin/bun'), [
    'test',
    '--cwd',
    ROOT,
    ...files,
  ]);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /Ran \d{2} tests across 4 files/);
});
