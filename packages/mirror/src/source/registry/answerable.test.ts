import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answerable, answerableChallenges, unanswerable } from './answerable.ts';

const ASKED = new URL('https://registry.test/v2/app/tags/list');

const bearer = (
  realm: string,
  service?: string,
  scope?: string,
): Extract<Answerable, { scheme: 'bearer' }> => ({ scheme: 'bearer', realm, service, scope });

const REALM = 'https://auth.test/token';

for (const [field, expected] of [
  ['Basic realm="x"', [{ scheme: 'basic' }]],
  [`Bearer realm="${REALM}",service="a, b"`, [bearer(REALM, 'a, b')]],
  [`bearer Realm=${REALM}`, [bearer(REALM)]],
  // Tokens first, wherever they are (google/go-containerregistry#1075, prowler-cloud/prowler#12691).
  [`Basic realm="x", Bearer realm="${REALM}"`, [bearer(REALM), { scheme: 'basic' }]],
  [`Negotiate, Digest realm="x", Bearer realm="${REALM}"`, [bearer(REALM)]],
  ['Basic realm="x", Basic realm="y", Negotiate abc==', [{ scheme: 'basic' }]],
  // Several scopes, and the same parameter twice.
  [
    `Bearer realm="${REALM}",scope=" b:c:d  a:b:c b:c:d"`,
    [bearer(REALM, undefined, 'b:c:d a:b:c')],
  ],
  [`Bearer realm="${REALM}",scope="a",scope="b"`, [bearer(REALM, undefined, 'a b')]],
  [`Bearer realm="${REALM}",realm="https://other.test/",scope=""`, [bearer(REALM)]],
  // Locations of the token server.
  ['Bearer realm="/token?x=y"', [bearer('https://registry.test/token?x=y')]],
  ['Bearer realm="//auth.test/token"', [bearer(REALM)]],
  ['Bearer realm="http://registry.test/token?x"', [bearer('https://registry.test/token?x')]],
  ['Bearer realm="http://registry.test:5001/token"', [bearer('http://registry.test:5001/token')]],
  ['Bearer realm="http://auth.test/token"', [bearer('http://auth.test/token')]],
  ['Bearer realm="https://user:password@auth.test/token"', [bearer(REALM)]],
  // Challenges that cannot be answered.
  ['', []],
  ['Negotiate', []],
  ['Bearer', []],
  ['Bearer service="x"', []],
  ['Bearer realm="Registry"', []],
  ['Bearer realm="file:///etc/passwd"', []],
  ['Bearer realm="data:application/json,{}"', []],
  [
    [1, 2, 3, 4, 5, 6].map((host) => `Bearer realm="https://auth${host}.test/"`).join(),
    [1, 2, 3, 4].map((host) => bearer(`https://auth${host}.test/`)),
  ],
] as const) {
  test(`the answerable challenges of ${JSON.stringify(field)}`, () => {
    assert.deepEqual(answerableChallenges(field, ASKED), expected);
  });
}

test('a registry without TLS names token servers without TLS', () => {
  const asked = new URL('http://registry.test:5000/v2/');
  assert.deepEqual(answerableChallenges('Bearer realm="http://registry.test/token"', asked), [
    bearer('http://registry.test/token'),
  ]);
});

test('the message names the challenges that cannot be answered', () => {
  assert.equal(unanswerable(null, ASKED), ' without WWW-Authenticate');
  assert.equal(unanswerable('Basic realm="x"', ASKED), '');
  assert.equal(
    unanswerable(
      'Negotiate, Bearer realm="Registry", Bearer realm="ftp://user:secret@auth.test/x?secret"',
      ASKED,
    ),
    ', asking for negotiate, bearer "Registry", bearer "ftp://auth.test/x": expected Basic, or Bearer with the URL of a token server',
  );
});
