import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { run } from '../test/parts/command.ts';
import { ROOT } from './source-files.ts';

/** What the reporter prints of a test file, and how the run ends. */
async function outcomeOf(text: string, nameOf = (file: string) => file) {
  const folder = mkdtempSync(join(tmpdir(), 'time-limit-'));
  const file = join(folder, 'subject.test.mjs');
  writeFileSync(file, text);
  const reporter = `--test-reporter=${join(ROOT, 'tools/time-limit.ts')}`;
  try {
    return await run(process.execPath, ['--test', reporter, nameOf(file)], {
      TEST_SILENCE_LIMIT: '3000',
      NODE_TEST_CONTEXT: undefined,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('a test that hangs fails the run, which names it and its child processes', async () => {
  const { code, stderr } = await outcomeOf(`
    import { describe, test } from 'node:test';
    import { spawn } from 'node:child_process';
    describe('a store', () => {
      test('answers', () => {});
      test('hangs', () => new Promise((resolve) => spawn('sleep', ['1234']).once('exit', resolve)));
    });
  `);
  assert.notEqual(code, 0);
  assert.match(stderr, /subject\.test\.mjs has neither begun nor ended a test for 3 s/);
  assert.match(stderr, /it waits for "a store" > "hangs"/);
  assert.match(stderr, /\d+ sleep 1234/);
});

test('a file whose process stays alive after its tests fails the run', async () => {
  const { code, stderr } = await outcomeOf(`
    import { test } from 'node:test';
    test('ends', () => void setInterval(() => undefined, 1000));
  `);
  assert.notEqual(code, 0);
  assert.match(stderr, /although no test runs/);
});

test('the limit also applies to a file named relative to the current directory, as npm test names it', async () => {
  const { code, stderr } = await outcomeOf(
    `
      import { test } from 'node:test';
      test('hangs', () => new Promise(() => setInterval(() => undefined, 1000)));
    `,
    (file) => relative(process.cwd(), file),
  );
  assert.notEqual(code, 0);
  assert.match(stderr, /it waits for "hangs"; its processes:\n {2}\d+ /);
});

test('a file that ends in time passes', async () => {
  const { code, stdout, stderr } = await outcomeOf(`
    import { test } from 'node:test';
    test('ends', () => undefined);
  `);
  assert.deepEqual([code, stdout, stderr], [0, '', '']);
});
