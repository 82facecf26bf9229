import assert from 'node:assert/strict';
import { constants, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { accessNearest, makeDirectory } from './make-directory.ts';

const folder = mkdtempSync(join(tmpdir(), 'archeio-directory-'));
after(() => rmSync(folder, { recursive: true }));

test('a directory is made with those above it, also by two at once, and again', async () => {
  const path = join(folder, 'a/b/c');
  await Promise.all([makeDirectory(path), makeDirectory(join(folder, 'a/b/d'))]);
  await makeDirectory(path);
  assert.ok(existsSync(path) && existsSync(join(folder, 'a/b/d')));
});

test('where none can be made it is said, and not tried for ever', async () => {
  writeFileSync(join(folder, 'file'), '');
  await assert.rejects(makeDirectory(join(folder, 'file/below')), { code: 'ENOTDIR' });
  await assert.rejects(makeDirectory('/proc/nowhere/below'), { code: 'ENOENT' });
});

test('whether it could be made is asked without making it', async () => {
  await accessNearest(join(folder, 'not/yet'), constants.W_OK);
  assert.ok(!existsSync(join(folder, 'not')));
  writeFileSync(join(folder, 'other'), '');
  for (const path of ['other', 'other/below'])
    await assert.rejects(accessNearest(join(folder, path), constants.W_OK), { code: 'ENOTDIR' });
});
