import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { redisPassword } from './redis-password.ts';

test('a file takes precedence over the variable, and an empty variable counts as unset', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'archeio-password-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'password');
  assert.equal(await redisPassword({}), undefined);
  const none = { ARCHEIO_REDIS_PASSWORD: '', ARCHEIO_REDIS_PASSWORD_FILE: '' };
  assert.equal(await redisPassword(none), undefined);
  assert.equal(await redisPassword({ ...none, ARCHEIO_REDIS_PASSWORD: 'one' }), 'one');
  for (const [content, password] of [
    ['two', 'two'],
    ['three\n', 'three'],
    ['four \r\n', 'four '],
    ['pässwörd\n\n', 'pässwörd\n'],
  ] as const) {
    writeFileSync(file, content);
    const both = { ARCHEIO_REDIS_PASSWORD: 'one', ARCHEIO_REDIS_PASSWORD_FILE: file };
    assert.equal(await redisPassword(both), password);
  }
});

test('a file that has no password is named', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'archeio-password-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const empty = join(folder, 'empty');
  writeFileSync(empty, '\n');
  const huge = join(folder, 'huge');
  writeFileSync(huge, 'x'.repeat(65_537));
  for (const [file, why] of [
    [empty, /it is empty/],
    [huge, /65536|64 KiB/],
    [folder, /it is a directory/],
    [join(folder, 'none'), /ENOENT/],
  ] as const)
    await assert.rejects(
      redisPassword({ ARCHEIO_REDIS_PASSWORD_FILE: file }),
      ({ message }: Error) =>
        message.startsWith(`cannot read the password from ${file}: `) && why.test(message),
    );
});
