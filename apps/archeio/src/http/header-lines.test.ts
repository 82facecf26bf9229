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
    isLast: false,
    forwarded: true,
    host: 'x',
    hosts: 1,
  });
  assert.deepEqual(readHeaderLines(raw, 'forwarded'), {
    wanted: undefined,
    isLast: false,
    forwarded: true,
    host: 'x',
    hosts: 1,
  });
  assert.deepEqual(readHeaderLines(raw, undefined), {
    wanted: undefined,
    isLast: false,
    forwarded: true,
    host: 'x',
    hosts: 1,
  });
});

test('a body is announced by a length or a transfer coding', () => {
  assert.equal(readHeaderLines(['Content-Length', '0'], undefined).isLast, false);
  assert.equal(readHeaderLines(['content-length', '5'], undefined).isLast, true);
  assert.equal(readHeaderLines(['Transfer-Encoding', 'chunked'], undefined).isLast, true);
});

test('another protocol may follow', () => {
  assert.equal(readHeaderLines(['UPGRADE', 'h2c'], undefined).isLast, true);
  assert.equal(readHeaderLines(['Upgrad3', 'h2c'], undefined).isLast, false);
});

test('detects forwarding headers, whichever header is wanted', () => {
  for (const name of ['X-Forwarded-For', 'x-forwarded-for', 'Forwarded'])
    for (const wanted of [undefined, 'forwarded', 'cf-connecting-ip'])
      assert.equal(readHeaderLines(['Host', 'x', name, 'a'], wanted).forwarded, true);
  for (const name of ['X-Forwarded-Foo', 'Forwarder', 'X-Forwarded-Proto'])
    assert.equal(readHeaderLines([name, 'a'], undefined).forwarded, false);
});

test('the host comes from the last Host line, and all of them are counted', () => {
  const { host, hosts } = readHeaderLines(['host', 'a', 'HOST', 'b'], undefined);
  assert.deepEqual([host, hosts], ['b', 2]);
  assert.equal(readHeaderLines([], undefined).host, undefined);
});
