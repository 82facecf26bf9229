import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { syncDirectory } from './sync-directory.ts';

/** A directory whose file system fails with this code. */
function failing(code: string): { sync(): Promise<void>; close(): Promise<void>; closed: number } {
  const handle = {
    closed: 0,
    sync: () => Promise.reject(Object.assign(new Error(code), { code, syscall: 'fsync' })),
    close() {
      handle.closed++;
      return Promise.resolve();
    },
  };
  return handle;
}

// facebook/rocksdb#2929, borgbackup/borg#1287, syncthing/syncthing#4432, libgit2/libgit2#5356
test('a file system that cannot sync directories is used anyway', async () => {
  await syncDirectory(tmpdir());
  // Fails with EINVAL, as SMB does.
  await syncDirectory('/proc');
  for (const code of ['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP']) {
    const handle = failing(code);
    await syncDirectory('directory', () => Promise.resolve(handle));
    assert.equal(handle.closed, 1);
  }
});

test('a failing disk during a directory sync is an error', async () => {
  for (const code of ['EIO', 'ENOSPC']) {
    const handle = failing(code);
    await assert.rejects(
      syncDirectory('directory', () => Promise.resolve(handle)),
      { code },
    );
    assert.equal(handle.closed, 1);
  }
  await assert.rejects(syncDirectory('/nowhere/at/all'), { code: 'ENOENT' });
});
