import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { escapePath } from './escape-path.ts';

test('a path is escaped once, as S3 signs it', () => {
  for (const [path, expected] of [
    ['/bucket/containers/images/sha256:ab', '/bucket/containers/images/sha256%3Aab'],
    ['/bucket/sha256%3Aab', '/bucket/sha256%3Aab'],
    ['/a~b-c._d', '/a~b-c._d'],
    ["/(a)!'*", '/%28a%29%21%27%2A'],
    ['/a+b=c@d', '/a%2Bb%3Dc%40d'],
    ['/100%/x', '/100%25/x'],
    ['/', '/'],
  ] as const)
    assert.equal(escapePath(path), expected);
});

test('to escape twice is to escape once, and nothing but unreserved bytes and escapes is left', () => {
  fc.assert(
    fc.property(fc.webPath(), (path) => {
      const once = escapePath(path);
      assert.equal(escapePath(once), once);
      assert.match(once, /^(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})*$/);
    }),
  );
});
