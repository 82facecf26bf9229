import assert from 'node:assert/strict';
import { constants, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { accessNearest, makeDirectory } from './make-directory.ts';

const folder = mkdtempSync(join(tmpdir(), 'archeio-directory-'));
after(() => rmSync(folder, { recursive: true }));

test('a directory is created with its parents, concurrently and repeatedly', async () => {
  const path = join(folder, 'a/b/c');
  await Promise.all([makeDirectory(path), makeDirectory(join(folder, 'a/b/d'))]);
  await makeDirectory(path);
  assert.ok(existsSync(path) && existsSync(join(folder, 'a/b/d')));
});

test('a directory that cannot be created is an error, not an endless loop', async () => {
  writeFileSync(join(folder, 'file'), '');
  await assert.rejects(makeDirectory(join(folder, 'file/below')), { code: 'ENOTDIR' });
  await assert.rejects(makeDirectory('/proc/nowhere/below'), { code: 'ENOENT' });
});

test('access is checked without creating the directory', async () => {
  await accessNearest(join(folder, 'not/yet'), constants.W_OK);
  assert.ok(!existsSync(join(folder, 'not')));
  writeFileSync(join(folder, 'other'), '');
  for (const path of ['other', 'other/below'])
    await assert.rejects(accessNearest(join(folder, path), constants.W_OK), { code: 'ENOTDIR' });
});
