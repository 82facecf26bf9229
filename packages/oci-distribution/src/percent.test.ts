import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodePath, safeQuery } from './percent.ts';

test('a path without escapes is unchanged', () => {
  assert.equal(decodePath('/v2/a/tags/list'), '/v2/a/tags/list');
});

test('escapes are decoded once, in either case', () => {
  assert.equal(decodePath('/v2/a/blobs/sha256%3Aab'), '/v2/a/blobs/sha256:ab');
  assert.equal(decodePath('%3a%3A'), '::');
  assert.equal(decodePath('%253A'), '%3A');
  assert.equal(decodePath('/%76%32/'), '/v2/');
});

test('an escaped slash does not become a slash', () => {
  assert.equal(decodePath('a%2Fb%2fc'), 'a\u0000b\u0000c');
});

test('a percent sign that does not begin an escape is refused', () => {
  for (const path of ['%', 'a%', '%4', '%zz', '%4g', '%g4', '%%41', 'ok%41%'])
    assert.equal(decodePath(path), undefined, path);
});

test('agrees with decodeURIComponent on ASCII without slashes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
      const plain = text.replaceAll('/', '');
      assert.equal(decodePath(encodeURIComponent(plain)), plain);
    }),
    { numRuns: 5000 },
  );
});

test('a query keeps what RFC 3986 allows and escapes the rest', () => {
  assert.equal(safeQuery("?n=2&last=a%2Fb&x=(y)!*'"), "?n=2&last=a%2Fb&x=(y)!*'");
  assert.equal(
    safeQuery('?a#b"<>\\^`{|} \u0001\r\né\u{1f600}'),
    '?a%23b%22%3C%3E%5C%5E%60%7B%7C%7D%20%01%0D%0A%E9',
  );
});
