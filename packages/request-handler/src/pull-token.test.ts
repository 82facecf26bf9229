import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hasBearerToken, makePullToken, pullIdOf, tokenBody } from './pull-token.ts';

const ID = '0123456789abcdef0123456789abcdef';
const NOON = Date.UTC(2026, 6, 1, 12);

test('a token is of the characters of RFC 6750, and its body of those of the distribution project', () => {
  const token = makePullToken(ID, NOON);
  assert.match(token.value, /^[A-Za-z0-9._~+/-]+=*$/);
  assert.deepEqual(JSON.parse(tokenBody(token)), {
    token: `archeio-${ID}`,
    access_token: `archeio-${ID}`,
    expires_in: 3600,
    issued_at: '2026-07-01T12:00:00.000Z',
  });
});

test('a request with a token has its pull ID', () => {
  const id = fc.string({
    unit: fc.constantFrom(...ID.slice(0, 16).split('')),
    minLength: 32,
    maxLength: 32,
  });
  const scheme = fc.constantFrom('Bearer ', 'bearer ', 'BEARER  ');
  fc.assert(
    fc.property(id, scheme, (pullId, before) => {
      const authorization = before + makePullToken(pullId, NOON).value;
      assert.equal(pullIdOf(authorization), pullId);
      assert.ok(hasBearerToken(authorization));
    }),
  );
});

test('any other value has no pull ID, and only those of the scheme Bearer are tokens', () => {
  for (const [authorization, isBearer] of [
    [undefined, false],
    ['', false],
    ['Bearer', false],
    ['Bearer ', false],
    [`Basic archeio-${ID}`, false],
    [`archeio-${ID}`, false],
    [`Bearerarcheio-${ID}`, false],
    ['Bearer x', true],
    [`Bearer ${ID}`, true],
    [`Bearer archeio-${ID}0`, true],
    [`Bearer archeio-${ID.slice(1)}`, true],
    [`Bearer archeio-${ID.toUpperCase()}`, true],
    [`Bearer Archeio-${ID}`, true],
    [`Bearer archeio-${ID}, Bearer archeio-${ID}`, true],
    [`Bearer archeio-${ID}\n`, true],
    [`Bearer eyJhbGciOi.archeio-${ID}`, true],
  ] as const) {
    assert.equal(pullIdOf(authorization), undefined, String(authorization));
    assert.equal(hasBearerToken(authorization), isBearer, String(authorization));
  }
  fc.assert(
    fc.property(fc.string(), (text) => {
      assert.equal(pullIdOf(`Bearer ${text}`), undefined);
    }),
  );
});
