import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { errorCode } from '@archeio/plain-errors';
import { openTarget } from './event-target.ts';

const folder = mkdtempSync(join(tmpdir(), 'archeio-events-'));
after(() => rmSync(folder, { recursive: true }));

async function codeOf(failing: Promise<unknown>): Promise<string | undefined> {
  try {
    await failing;
    return undefined;
  } catch (error) {
    return errorCode(error);
  }
}

test('a file is created for its owner and group, and appended to, even after it was cut', async () => {
  const file = join(folder, 'events.ndjson');
  const target = await openTarget(file);
  assert.equal(statSync(file).mode & 0o777 & ~0o640, 0);
  assert.equal(await target.write(Buffer.from('one\n')), 4);
  truncateSync(file);
  await target.write(Buffer.from('two\n'));
  renameSync(file, `${file}.1`);
  await target.write(Buffer.from('three\n'));
  await target.close();
  const again = await openTarget(`${file}.1`);
  await again.write(Buffer.from('four\n'));
  await again.close();
  assert.equal(readFileSync(`${file}.1`, 'utf8'), 'two\nthree\nfour\n');
});

test('what cannot be opened or written says why', async () => {
  assert.equal(await codeOf(openTarget(folder)), 'EISDIR');
  assert.equal(await codeOf(openTarget(join(folder, 'missing/file'))), 'ENOENT');
  const full = await openTarget('/dev/full');
  assert.equal(await codeOf(full.write(Buffer.from('x\n'))), 'ENOSPC');
  await full.close();
});

test('a named pipe is never waited for', async () => {
  const pipe = join(folder, 'pipe');
  assert.equal(spawnSync('mkfifo', [pipe], { timeout: 10_000 }).status, 0);
  assert.equal(await codeOf(openTarget(pipe)), 'ENXIO');
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const target = await openTarget(pipe);
  const line = Buffer.alloc(65_536, 'x');
  let written = 0;
  for (;;) {
    try {
      written += await target.write(line);
    } catch (error) {
      assert.equal(errorCode(error), 'EAGAIN');
      break;
    }
  }
  assert.ok(written > 0);
  closeSync(reader);
  await target.close();
});
