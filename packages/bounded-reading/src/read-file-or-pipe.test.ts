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

test('a pipe is read to its end, however its writer divides it', async () => {
  using _ = writer('sleep 0.2; printf one; sleep 0.2; printf two');
  const { bytes, isRegular } = await readFileOrPipe(pipe, 100);
  assert.equal(Buffer.from(bytes).toString(), 'onetwo');
  assert.equal(isRegular, false);
});

test('a pipe without a writer, and one whose writer never ends, are given up in time', async () => {
  await assert.rejects(readFileOrPipe(pipe, 100, 100), /its writer did not finish within 0.1 s/);
  using _ = writer('printf one; sleep 20');
  await assert.rejects(readFileOrPipe(pipe, 100, 300), /its writer did not finish within 0.3 s/);
});

test('bytes are counted as they come', async () => {
  await assert.rejects(readFileOrPipe('/dev/zero', 1_000_000), /longer than 1000000 bytes/);
  using _ = writer('cat /dev/zero');
  await assert.rejects(readFileOrPipe(pipe, 1_000_000), /longer than 1000000 bytes/);
});

test('a device at its end is empty, and a file is a file', async () => {
  assert.equal((await readFileOrPipe('/dev/null', 10)).bytes.length, 0);
  const file = join(folder, 'file');
  writeFileSync(file, 'text');
  const read = await readFileOrPipe(file, 10);
  assert.deepEqual([Buffer.from(read.bytes).toString(), read.isRegular], ['text', true]);
  await assert.rejects(readFileOrPipe(folder, 10), /it is a directory/);
  await assert.rejects(readFileOrPipe(join(folder, 'none'), 10), { code: 'ENOENT' });
});
