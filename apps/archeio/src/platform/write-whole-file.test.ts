import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeWholeFile } from './write-whole-file.ts';

test('writes a whole file with its mode, and replaces another one', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'whole-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'file');
  await writeWholeFile(file, 'before', 0o600);
  await writeWholeFile(file, Uint8Array.of(1, 2), 0o600);
  assert.deepEqual([...readFileSync(file)], [1, 2]);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder), ['file']);
});

test('a failed write leaves nothing behind', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'whole-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'directory'));
  await assert.rejects(writeWholeFile(join(folder, 'directory'), 'text'), { code: 'EISDIR' });
  await assert.rejects(writeWholeFile(join(folder, 'none/file'), 'text'), { code: 'ENOENT' });
  assert.deepEqual(readdirSync(folder), ['directory']);
});
