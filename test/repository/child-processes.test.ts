import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../tools/source-files.ts';

/** These files limit the time of the processes that they start. */
const STARTERS = new Set([
  'test/parts/archeio-process.ts',
  'test/parts/clean-command.ts',
  'test/parts/command.ts',
  'test/parts/limited-child.ts',
  'test/parts/network-namespace.ts',
  'test/parts/part-process.ts',
]);

/** The text of a call from its opening parenthesis, which is at `start`, to the closing one. */
function callAt(text: string, start: number): string {
  for (let at = start, depth = 0; at < text.length; at++) {
    if (text[at] === '(') depth++;
    if (text[at] === ')' && --depth === 0) return text.slice(start, at + 1);
  }
  return text.slice(start);
}

test('each child process of a test has a time limit', () => {
  const files = globSync(
    [
      'test/**/*.ts',
      'tools/*.test.ts',
      'packages/*/src/**/*.test.ts',
      'apps/*/src/**/{*.test,testing/*}.ts',
    ],
    { cwd: ROOT },
  );
  assert.ok(files.length > 100);
  // These only name the calls that this test searches for.
  for (const file of files.filter(
    (each) => !/\/(?:time-limit|child-processes)\.test\.ts$/.test(each),
  )) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    const imported = /import \{([^}]*)\} from 'node:child_process'/.exec(text)?.[1] ?? '';
    for (const name of imported.split(',').map((each) => each.trim()))
      if (['spawn', 'fork', 'exec'].includes(name))
        assert.ok(
          STARTERS.has(file),
          `${file} starts processes by ${name}: use spawnLimited or run of test/parts`,
        );
    for (const match of text.matchAll(/\b(?:spawnSync|execFileSync|execSync|execFile\))\(/g)) {
      const call = callAt(text, match.index + match[0].length - 1);
      assert.match(call, /\btimeout: /, `${file}: a call without a time limit: ${call}`);
    }
  }
});
