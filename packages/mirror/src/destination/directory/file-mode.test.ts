import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { directoryModeFor, setMode } from './file-mode.ts';

test('everyone who can read the files can search the directory, and its owner can write to it', () => {
  const modes = [0o644, 0o640, 0o600, 0o444, 0o400, 0o664].map((mode) =>
    directoryModeFor(mode).toString(8),
  );
  assert.deepEqual(modes, ['755', '750', '700', '755', '700', '775']);
});

test('a mode is set regardless of the umask, and a file system without modes is not an error', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'archeio-mode-'));
  const file = join(folder, 'file');
  writeFileSync(file, '', { mode: 0o600 });
  await setMode(file, 0o644);
  assert.equal(statSync(file).mode & 0o777, 0o644);
  await assert.rejects(setMode(join(folder, 'missing'), 0o644), { code: 'ENOENT' });
  // procfs refuses a change of mode with EPERM, as FAT does
  await setMode('/proc/self/status', 0o644);
  rmSync(folder, { recursive: true });
});
