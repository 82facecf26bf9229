import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { filesBelow, ifExists } from './files-below.ts';

test('finds files at any depth and behind links, and does not follow a link back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'archeio-files-'));
  try {
    mkdirSync(join(folder, 'a/b'), { recursive: true });
    mkdirSync(join(folder, 'other'));
    for (const file of ['a/b/one', 'other/two']) writeFileSync(join(folder, file), '');
    symlinkSync(join(folder, 'other'), join(folder, 'a/linked'));
    symlinkSync(join(folder, 'other/two'), join(folder, 'a/file'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'a/broken'));
    symlinkSync(join(folder, 'a'), join(folder, 'a/b/back'));
    const found = await Array.fromAsync(filesBelow(join(folder, 'a')));
    assert.deepEqual(found.map((file) => relative(folder, file)).toSorted(), [
      'a/b/one',
      'a/file',
      'a/linked/two',
    ]);
    assert.deepEqual(await Array.fromAsync(filesBelow(join(folder, 'none'))), []);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('other errors than a missing file are not hidden', async () => {
  await assert.rejects(ifExists(Promise.reject(new Error('broken'))), /broken/);
});
