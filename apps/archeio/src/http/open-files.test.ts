import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openFilesLimit } from './open-files.ts';

const none = (): string => {
  throw new Error('ENOENT');
};
const LINUX = [
  'Limit                     Soft Limit           Hard Limit           Units',
  'Max processes             unlimited            unlimited            processes',
  'Max open files            4096                 524288               files',
].join('\n');

test('reads the limit of this process', () => {
  const limit = openFilesLimit();
  assert.ok(limit === undefined || limit > 3, String(limit));
});

test('reads the soft limit from Linux’s table, else from the shell', () => {
  assert.equal(openFilesLimit({ table: () => LINUX, shell: none }), 4096);
  assert.equal(openFilesLimit({ table: none, shell: () => '10240\n' }), 10_240);
  assert.equal(openFilesLimit({ table: none, shell: () => 'unlimited\n' }), undefined);
  const unlimited = LINUX.replace('4096', 'unlimited');
  assert.equal(openFilesLimit({ table: () => unlimited, shell: none }), undefined);
  assert.equal(openFilesLimit({ table: none, shell: () => '' }), undefined);
});
