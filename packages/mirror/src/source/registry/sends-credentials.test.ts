import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHttpUrl, redirectTarget, sendsCredentials, shownUrl } from './sends-credentials.ts';

for (const [from, to, expected] of [
  ['https://a.test/', 'https://a.test/other?x', true],
  ['https://a.test/', 'https://A.test:443/', true],
  ['http://a.test/', 'https://a.test/', true],
  ['http://a.test:80/', 'https://a.test:443/', true],
  ['https://a.test/', 'http://a.test/', false],
  ['https://a.test/', 'http://a.test:443/', false],
  ['http://a.test:5000/', 'https://a.test:5000/', false],
  ['http://a.test/', 'https://a.test:8443/', false],
  ['https://a.test/', 'https://a.test:8443/', false],
  ['https://a.test/', 'https://b.test/', false],
  ['https://a.test/', 'https://b.a.test/', false],
  ['https://a.test/', 'https://a.test.evil.test/', false],
  ['http://a.test/', 'https://b.test/', false],
] as const) {
  test(`credentials for ${from} are ${expected ? '' : 'not '}sent to ${to}`, () => {
    assert.equal(sendsCredentials(new URL(from), new URL(to)), expected);
  });
}

test('only HTTP URLs without credentials are accepted', () => {
  assert.equal(parseHttpUrl('https://user:password@a.test/x')?.href, 'https://a.test/x');
  assert.equal(parseHttpUrl('../y', new URL('http://a.test/x/z'))?.href, 'http://a.test/y');
  for (const text of ['/x', '', 'file:///etc/passwd', 'data:,x', 'http://'])
    assert.equal(parseHttpUrl(text), undefined, text);
});

test('secrets in a URL appear in no message', () => {
  const from = new URL('https://registry.test/v2/');
  assert.equal(
    redirectTarget('/x?signature=secret', from).href,
    'https://registry.test/x?signature=secret',
  );
  assert.equal(
    shownUrl(new URL('https://user:secret@a.test:1/x?secret#secret')),
    'https://a.test:1/x',
  );
  for (const [location, shown] of [
    ['ftp://user:secret@a.test/?secret', '"ftp:"'],
    ['https://secret:secret/', 'an invalid URL'],
  ] as const)
    assert.throws(() => redirectTarget(location, from), {
      name: 'RangeError',
      message: `expected a redirect to an http or https URL, not ${shown}`,
    });
});

// distribution/distribution#479, #996
for (const [from, location, expected] of [
  ['https://a.test/v2/', 'http://a.test/blob?x=1', 'https://a.test/blob?x=1'],
  ['https://a.test/v2/', 'http://a.test:443/blob', 'https://a.test/blob'],
  ['https://a.test:5000/v2/', 'http://a.test:5000/blob', 'https://a.test:5000/blob'],
  ['https://a.test:5000/v2/', 'http://a.test/blob', 'http://a.test/blob'],
  ['https://a.test/v2/', 'http://a.test:9000/blob', 'http://a.test:9000/blob'],
  ['https://a.test/v2/', 'http://b.test/blob', 'http://b.test/blob'],
  ['http://a.test/v2/', 'http://a.test/blob', 'http://a.test/blob'],
] as const) {
  test(`a redirect from ${from} to ${location} leads to ${expected}`, () => {
    assert.equal(redirectTarget(location, new URL(from)).href, expected);
  });
}
