import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isToken, isTokenCode } from './token.ts';

test('a token has at least one tchar, and nothing else (RFC 9110 §5.6.2)', () => {
  for (let code = 0; code < 1000; code++) {
    const expected = /^[!#$%&'*+.^_`|~0-9A-Za-z-]$/.test(String.fromCharCode(code));
    assert.equal(isTokenCode(code), expected, `${code}`);
    assert.equal(isToken(`x${String.fromCharCode(code)}`), expected, `${code}`);
  }
  assert.ok(!isToken(''));
});
