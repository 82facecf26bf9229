import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHeaderLines } from './header-lines.ts';

test('all lines of the wanted header are joined in their order, whatever their case', () => {
  const raw = [
    'Host',
    'x',
    'X-Forwarded-For',
    'a',
    'x-forwarded-for',
    'b, c',
    'X-FORWARDED-FOR',
    '',
  ];
  assert.deepEqual(readHeaderLines(raw, 'x-forwarded-for'), {
    wanted: 'a, b, c, ',
    hasBody: false,
    host: 'x',
    hosts: 1,
  });
  assert.deepEqual(readHeaderLines(raw, 'forwarded'), {
    wanted: undefined,
    hasBody: false,
    host: 'x',
    hosts: 1,
  });
  assert.deepEqual(readHeaderLines(raw, undefined), {
    wanted: undefined,
    hasBody: false,
    host: 'x',
    hosts: 1,
  });
});

test('a body is announced by a length or a transfer coding', () => {
  assert.equal(readHeaderLines(['Content-Length', '0'], undefined).hasBody, false);
  assert.equal(readHeaderLines(['content-length', '5'], undefined).hasBody, true);
  assert.equal(readHeaderLines(['Transfer-Encoding', 'chunked'], undefined).hasBody, true);
});

test('the host is the last of the lines, and all are counted', () => {
  const { host, hosts } = readHeaderLines(['host', 'a', 'HOST', 'b'], undefined);
  assert.deepEqual([host, hosts], ['b', 2]);
  assert.equal(readHeaderLines([], undefined).host, undefined);
});
