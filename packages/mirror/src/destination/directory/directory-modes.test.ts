import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DirectoryDestination } from './directory-destination.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;

/** The mode of every path below a directory; paths of directories end with a slash. */
function modesBelow(folder: string): Record<string, string> {
  const modes: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const key = path.slice(folder.length + 1) + (entry.isDirectory() ? '/' : '');
    modes[key] = (statSync(path).mode & 0o777).toString(8);
  }
  return modes;
}

for (const [mode, file, directory] of [
  [0o644, '644', '755'],
  [0o640, '640', '750'],
] as const) {
  test(`under umask 077, files have mode ${file} and directories ${directory}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'archeio-modes-'));
    mkdirSync(join(folder, 'blobs'), { mode: 0o711 });
    const umask = process.umask(0o077);
    try {
      const destination = new DirectoryDestination({
        name: 'disk',
        path: folder,
        key: 'blobs/{hex:2}/{digest}',
        mode,
      });
      const blob = { digest: DIGEST, size: 4, partSize: 4, replace: false };
      const writer = await destination.begin(blob);
      await writer.write(Buffer.from('blob'), 0, () => new Uint8Array());
      await writer.finish();
      await destination.putObject('archeio/inventory', 'text');
    } finally {
      process.umask(umask);
    }
    assert.deepEqual(modesBelow(folder), {
      'blobs/': '711',
      'blobs/ab/': directory,
      [`blobs/ab/${DIGEST}`]: file,
      'archeio/': directory,
      'archeio/inventory': file,
      'archeio/unfinished/': directory,
    });
    rmSync(folder, { recursive: true });
  });
}
