import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readFileOrPipe } from './read-file-or-pipe.ts';
import { spawnLimited } from '../../../test/parts/limited-child.ts';

const folder = mkdtempSync(join(tmpdir(), 'archeio-pipe-'));
after(() => rmSync(folder, { recursive: true }));
const pipe = join(folder, 'pipe');
assert.equal(spawnSync('mkfifo', [pipe], { timeout: 10_000 }).status, 0);

/** What a shell writes into the pipe. */
function writer(script: string): Disposable {
  const child = spawnLimited('sh', ['-c', `{ ${script}; } > ${pipe}`], { stdio: 'ignore' });
  return { [Symbol.dispose]: () => void child.kill('SIGKILL') };
}

test('reads a pipe to its end, however its writer splits the data', async () => {
  using _ = writer('sleep 0.2; printf one; sleep 0.2; printf two');
  const { bytes, isRegular } = await readFileOrPipe(pipe, 100);
  assert.equal(Buffer.from(bytes).toString(), 'onetwo');
  assert.equal(isRegular, false);
});

test('gives up in time on a pipe without a writer, or whose writer never finishes', async () => {
  await assert.rejects(readFileOrPipe(pipe, 100, 100), /its writer did not finish within 0.1 s/);
  using _ = writer('printf one; sleep 20');
  await assert.rejects(readFileOrPipe(pipe, 100, 300), /its writer did not finish within 0.3 s/);
});

test('counts bytes as they arrive', async () => {
  await assert.rejects(readFileOrPipe('/dev/zero', 1_000_000), /longer than 1000000 bytes/);
  using _ = writer('cat /dev/zero');
  await assert.rejects(readFileOrPipe(pipe, 1_000_000), /longer than 1000000 bytes/);
});

test('a device at its end is empty; a regular file is reported as one', async () => {
  assert.equal((await readFileOrPipe('/dev/null', 10)).bytes.length, 0);
  const file = join(folder, 'file');
  writeFileSync(file, 'text');
  const read = await readFileOrPipe(file, 10);
  assert.deepEqual([Buffer.from(read.bytes).toString(), read.isRegular], ['text', true]);
  await assert.rejects(readFileOrPipe(folder, 10), /it is a directory/);
  await assert.rejects(readFileOrPipe(join(folder, 'none'), 10), { code: 'ENOENT' });
});
