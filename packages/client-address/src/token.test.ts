import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isToken, isTokenCode } from './token.ts';

test('a token is of tchar (RFC 9110 §5.6.2), one at least', () => {
  for (let code = 0; code < 1000; code++) {
    const expected = /^[!#$%&'*+.^_`|~0-9A-Za-z-]$/.test(String.fromCharCode(code));
    assert.equal(isTokenCode(code), expected, `${code}`);
    assert.equal(isToken(`x${String.fromCharCode(code)}`), expected, `${code}`);
  }
  assert.ok(!isToken(''));
});
