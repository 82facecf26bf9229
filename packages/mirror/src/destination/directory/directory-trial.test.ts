import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DirectoryDestination } from './directory-destination.ts';

test('leftovers of a run that was killed during its write test are removed by the next run', async () => {
  const path = mkdtempSync(join(tmpdir(), 'archeio-trial-'));
  try {
    const unfinished = join(path, 'archeio/unfinished');
    mkdirSync(unfinished, { recursive: true });
    writeFileSync(join(unfinished, 'trial.5f1c2a9e-0000-4000-8000-000000000000'), '');
    writeFileSync(join(unfinished, `sha256:${'ab'.repeat(32)}.another-run`), '');
    const disk = new DirectoryDestination({ name: 'disk', path, key: '{digest}', mode: 0o644 });
    await disk.checkWritable();
    await disk.tidy();
    assert.deepEqual(readdirSync(unfinished), [`sha256:${'ab'.repeat(32)}.another-run`]);
  } finally {
    rmSync(path, { recursive: true });
  }
});
