import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutSecrets } from './without-secrets.ts';

/** Texts with SECRET in them, and the same texts without it. */
const HIDDEN: readonly (readonly [text: string, shown: string])[] = [
  [
    'cannot fetch https://h.example/x?sig=SECRET: status 404',
    'cannot fetch https://h.example/x?***: status 404',
  ],
  ['https://u:SECRET@h.example/x#SECRET.', 'https://***@h.example/x#***.'],
  ['fetching "http://h/x?X-Amz-Signature=SECRET". For more', 'fetching "http://h/x?***". For more'],
  ['"https://h/x?a=b c SECRET" is wrong', '"https://h/x?***" is wrong'],
  ['path=http://h/x?SECRET', 'path=http://h/x?***'],
  // An unescaped password, a missing slash, and a URL within another.
  ['http://u:pa/SECRET@h/x', 'http://***@h/x'],
  ['https:/u:SECRET@h/x?token=SECRET', 'https:/***@h/x?***'],
  ['http://proxy/https://u:SECRET@h/x?SECRET', 'http://proxy/https://***@h/x?***'],
  ['see //u:SECRET@h/x', 'see //***@h/x'],
  // Encoded once and twice.
  ['https%3A%2F%2Fu%3ASECRET%40h%2Fp%3Fsig%3DSECRET', 'https%3A%2F%2F***%40h%2Fp%3F***'],
  ['https%253A%252F%252Fh%252Fp%253FSECRET', 'https%253A%252F%252Fh%252Fp%3F***'],
  // Truncated at the start.
  ['GET /blob?X-Amz-Security-Token=SECRET', 'GET /blob?***'],
  ['…&X-Amz-Signature=SECRET&x=1', '…&X-Amz-Signature=***&x=1'],
  ['X-Amz-Credential%3DSECRET', 'X-Amz-Credential%3D***'],
  ['{"token":"SECRET","Secret":"SECRET"}', '{"token":"***","Secret":"***"}'],
  [String.raw`said {\"identitytoken\": \"SECRET\"}`, String.raw`said {\"identitytoken\": \"***"}`],
  ['refresh_token=SECRET', 'refresh_token=***'],
  ['Authorization: Basic dTpTRUNSRVQ=', 'Authorization: Basic ***'],
  ['Bearer SECRETSECRETSECRET', 'Bearer ***'],
];

test('a URL is shown without user information, query and fragment, however it got into the text', () => {
  for (const [text, shown] of HIDDEN) {
    assert.equal(withoutSecrets(text), shown);
    assert.equal(withoutSecrets(shown), shown, 'once is enough');
  }
});

test('keeps what is not a secret', () => {
  for (const text of [
    'stores[0].url: unknown key "token": did you mean "url"?',
    'https://[::1]:80/v2/a@sha256:abc answered 404',
    'cannot read https://h/v2/_catalog?n=1000: answered 400',
    'https://h/v2/a/tags/list?n=5&last=a/b-c',
    'https://h/v2/a/referrers/sha256:ab?artifactType=application/vnd.x+json',
    'wants a token (WWW-Authenticate: Bearer realm="https://h/token",service="h")',
    'WWW-Authenticate: Basic realm="the registry"',
    'Basic authentication is used',
    'a // comment, 50 % of it',
    '2026-11-28T09:00:00.000Z',
    '',
  ])
    assert.equal(withoutSecrets(text), text);
});

test('a hostile text takes time in proportion to its length', () => {
  const steps = (length: number): number => {
    const before = process.cpuUsage().user;
    for (const piece of ['a', '"', '//', '//a@:', 'https:', '%3A', '%25', 'token', 'Basic ', ' /x'])
      withoutSecrets(piece.repeat(length));
    return process.cpuUsage().user - before;
  };
  steps(1000);
  // Quadratic time would be more than a minute.
  assert.ok(steps(100_000) < 20_000_000);
});
