import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ROOT } from '../../tools/source-files.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'archeio-fleet-'));
after(() => rmSync(FOLDER, { recursive: true }));

function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { promise, resolve } = Promise.withResolvers<{
    code: number;
    stdout: string;
    stderr: string;
  }>();
  const file = join(ROOT, 'bench/fleet/run.ts');
  execFile(
    process.execPath,
    [file, ...args],
    { cwd: FOLDER, timeout: 90_000 },
    (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    },
  );
  return promise;
}

function filesIn(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}

test(
  'the same seed writes the same bytes, another one does not',
  { timeout: 180_000 },
  async () => {
    const [one, same, other] = ['one', 'same', 'other'].map((name) => join(FOLDER, name));
    for (const [folder, seed] of [
      [one, '7'],
      [same, '7'],
      [other, '8'],
    ]) {
      const { code, stderr } = await run('--quick', '--seed', seed, '--out', folder);
      assert.equal(code, 0, stderr);
    }
    const files = filesIn(one);
    assert.ok(Object.keys(files).length >= 8);
    assert.deepEqual(filesIn(same), files);
    assert.notEqual(filesIn(other)['results.json'], files['results.json']);
    for (const [name, text] of Object.entries(files)) {
      assert.doesNotMatch(text, /NaN|Infinity|undefined|null/, name);
      if (name.endsWith('.svg')) {
        assert.match(text, /^<svg [^>]+>\n<title id="title">[^<]+<\/title>\n<desc /, name);
        assert.match(text, /prefers-color-scheme: dark/, name);
        assert.match(text, /per second/, name);
      }
    }
    // Drawing again changes nothing.
    assert.equal((await run('--plots', '--out', same)).code, 0);
    assert.deepEqual(filesIn(same), files);
  },
);

test(
  'help is printed, and wrong use ends with a message that says what to do',
  { timeout: 60_000 },
  async () => {
    const help = await run('--help');
    assert.equal(help.code, 0);
    assert.match(help.stdout, /--quick/);
    for (const [args, message] of [
      [['--quick'], /--quick without --out: it would replace the results/],
      [['--seed', '1.5'], /cannot use --seed "1.5": must be an integer from 0 to 4294967295/],
      [['--sead', '1'], /--sead/],
      [['--out', ''], /cannot use --out "": name a folder/],
      [['extra'], /extra/],
    ] as const) {
      const { code, stderr } = await run(...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /^ +at /m);
    }
    const missing = await run('--plots', '--out', join(FOLDER, 'nothing'));
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /cannot read .*results\.json: .*without --plots/);
  },
);
