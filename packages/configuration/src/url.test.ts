import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBaseUrl, parseOrigin, parsePageUrl } from './url.ts';

test('a base URL loses its trailing slash', () => {
  assert.equal(parseBaseUrl('https://host.example/'), 'https://host.example');
  assert.equal(parseBaseUrl('http://host.example:8080/bucket/'), 'http://host.example:8080/bucket');
  assert.equal(parseBaseUrl('https://[2001:db8::1]:5000'), 'https://[2001:db8::1]:5000');
});

// One spelling of each URL, so that a Location matches the key in the cache of the store.
test('the host of a base URL becomes lower-case ASCII, and its path is escaped', () => {
  for (const [text, url] of [
    ['HTTPS://S.EXAMPLE/Path', 'https://s.example/Path'],
    ['https://b\u00fccher.example/\u00e4', 'https://xn--bcher-kva.example/%C3%A4'],
    ['http://[2001:DB8::1]:9000', 'http://[2001:db8::1]:9000'],
    ['https://s.example:443/a/../b', 'https://s.example/b'],
  ])
    assert.equal(parseBaseUrl(text), url);
});

test('explains why a text is not a base URL', () => {
  for (const text of [
    '',
    'host.example',
    'ftp://host.example',
    'https://',
    'https:host.example',
    '/path',
    'https://a b',
  ]) {
    assert.throws(
      () => parseBaseUrl(text),
      { message: `cannot read URL ${JSON.stringify(text)}: expected http://host or https://host` },
      text,
    );
  }
  assert.throws(() => parseBaseUrl('https://host.example/?x'), /a query or fragment/);
  assert.throws(() => parseBaseUrl('https://host.example/#x'), /a query or fragment/);
});

test('refuses a secret in a URL without repeating it, whatever else is wrong', () => {
  for (const text of [
    'https://user:secret@host.example',
    'ftp://user:secret@host.example',
    'https://user:secret@host.example:99999',
    'https://user:se/cret@host.example',
    'https://user:secret@',
    '//user:secret@host.example',
  ])
    assert.throws(
      () => parseBaseUrl(text),
      (error: Error) => /credentials/.test(error.message) && !/se\/?cret/.test(error.message),
      text,
    );
  assert.throws(
    () => parseBaseUrl('https://account.blob.example/blobs?sig=secret'),
    (error: Error) => /a query or fragment/.test(error.message) && !/secret/.test(error.message),
  );
  assert.equal(parsePageUrl('https://host.example/@us'), 'https://host.example/@us');
});

test('regression: does not repeat what follows a question mark, whatever else is wrong', () => {
  for (const [parse, text] of [
    [parseBaseUrl, 'ftp://host.example/?sig=secret'],
    [parseBaseUrl, 'https://?sig=secret'],
    [parseOrigin, 'https://host.example/path?sig=secret'],
    [parsePageUrl, 'https://host.example/?sig=secret value'],
    [parsePageUrl, 'host.example/#secret'],
  ] as const)
    assert.throws(
      () => parse(text),
      (error: Error) => error instanceof RangeError && !error.message.includes('secret'),
      text,
    );
});

test('the URL of a registry has no path', () => {
  assert.equal(parseOrigin('https://host.example/'), 'https://host.example');
  assert.throws(() => parseOrigin('https://host.example/path'), /a registry has no path/);
});

test('the URL of a page is kept unchanged', () => {
  for (const text of ['https://host.example/policy/', 'https://host.example/?a=b#c'])
    assert.equal(parsePageUrl(text), text);
  for (const text of [
    'host.example',
    'https://user:pass@host.example',
    'https://host.example/a b',
    'https://host.example/\u00e9',
  ]) {
    assert.throws(() => parsePageUrl(text), RangeError, text);
  }
});
