import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  openRegular,
  readRegular,
  readRegularStream,
  readRegularSync,
  readUnlessKnown,
} from './read-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'archeio-read-'));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'file');
const pipe = join(folder, 'pipe');
assert.equal(spawnSync('mkfifo', [pipe], { timeout: 10_000 }).status, 0);
symlinkSync(file, join(folder, 'link'));

const gathered = async (path: string): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readRegularStream(path)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

/** Every way to read a whole file. */
const READERS: readonly ((path: string, most: number) => Promise<string>)[] = [
  async (path, most) => Buffer.from(await readRegular(path, most)).toString(),
  (path, most) => Promise.resolve(Buffer.from(readRegularSync(path, most)).toString()),
  async (path, most) => {
    const { bytes } = await readUnlessKnown(path, most, () => false);
    return Buffer.from(bytes ?? []).toString();
  },
];

test('reads a whole file up to the limit, also through a link', async () => {
  for (const text of ['', 'text', 'x'.repeat(600_000)]) {
    writeFileSync(file, text);
    for (const read of READERS) {
      assert.equal(await read(file, 600_000), text);
      assert.equal(await read(join(folder, 'link'), 600_000), text);
    }
    assert.equal(await gathered(file), text);
  }
  for (const read of READERS)
    await assert.rejects(
      async () => read(file, 599_999),
      /^TooLongError: it is longer than 599999 bytes$/,
    );
});

test('counts bytes as they are read: the size that the file system reports may be wrong', async () => {
  // The system reports a size of 0 for this file.
  for (const read of READERS) assert.match(await read('/proc/self/status', 100_000), /^Name:/);
  for (const read of READERS)
    await assert.rejects(async () => read('/proc/self/status', 10), /longer than 10 bytes/);
});

test('refuses a file that grows beyond the limit while it is read', async () => {
  writeFileSync(file, 'x'.repeat(1000));
  const { file: opened } = await openRegular(file);
  await opened.close();
  let grown = false;
  const reading = readUnlessKnown(file, 1500, () => {
    // Between reading its size and the first read.
    appendFileSync(file, 'x'.repeat(1000));
    grown = true;
    return false;
  });
  await assert.rejects(reading, /longer than 1500 bytes/);
  assert.ok(grown);
  const { bytes } = await readUnlessKnown(file, 5000, () => {
    appendFileSync(file, 'y'.repeat(1000));
    return false;
  });
  assert.equal(bytes?.length, 3000);
});

test('refuses a pipe, a device and a directory at once, without reading', async () => {
  for (const [path, reason] of [
    [pipe, /^NotRegularError: it is not a regular file$/],
    ['/dev/zero', /^NotRegularError: it is not a regular file$/],
    [folder, /^NotRegularError: it is a directory$/],
  ] as const) {
    for (const read of READERS) await assert.rejects(async () => read(path, 1000), reason);
    await assert.rejects(gathered(path), reason);
  }
  await assert.rejects(readRegular(join(folder, 'none'), 10), { code: 'ENOENT' });
});

test('does not read a known file again', async () => {
  const { bytes } = await readUnlessKnown(file, 1, ({ size }) => size === 3000);
  assert.equal(bytes, undefined);
});
