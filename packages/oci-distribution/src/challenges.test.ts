import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Challenge, parseChallenges } from './challenges.ts';

const of = (
  scheme: string,
  parameters: readonly (readonly [string, string])[] = [],
): Challenge => ({ scheme, parameters });

const BEARER = of('bearer', [
  ['realm', 'https://auth.test/token'],
  ['service', 'a, b'],
]);
const BASIC = of('basic', [['realm', 'registry']]);

for (const [field, expected] of [
  ['', []],
  [' , ,', []],
  ['Basic realm="registry"', [BASIC]],
  ['basic REALM = registry', [BASIC]],
  // google/go-containerregistry#1075, prowler-cloud/prowler#12691
  [
    'Bearer realm="https://auth.test/token",service="a, b", Basic realm="registry"',
    [BEARER, BASIC],
  ],
  [
    'Basic realm="registry", Bearer realm="https://auth.test/token",service="a, b"',
    [BASIC, BEARER],
  ],
  ['Negotiate, Basic realm="registry"', [of('negotiate'), BASIC]],
  ['Negotiate YWJj==, Basic realm="registry"', [{ ...of('negotiate'), token68: 'YWJj==' }, BASIC]],
  ['NTLM,,Basic realm="registry",', [of('ntlm'), BASIC]],
  ['Basic realm="\\"a\\\\b\\""', [of('basic', [['realm', '"a\\b"']])]],
  ['Basic realm="Bearer realm=\\"x\\""', [of('basic', [['realm', 'Bearer realm="x"']])]],
  ['Basic realm=""', [of('basic', [['realm', '']])]],
  // A repeated name, which RFC 9110 §11.2 forbids: the caller decides.
  [
    'Bearer realm=a,Realm=b',
    [
      of('bearer', [
        ['realm', 'a'],
        ['realm', 'b'],
      ]),
    ],
  ],
  // Invalid, but common: URLs without quotes, spaces instead of commas.
  [
    'Bearer realm=https://auth.test/token?a=b,service=x',
    [
      of('bearer', [
        ['realm', 'https://auth.test/token?a=b'],
        ['service', 'x'],
      ]),
    ],
  ],
  ['Bearer realm="https://auth.test/token" service="a, b" Basic realm="registry"', [BEARER, BASIC]],
  ['Negotiate Basic realm="registry"', [of('negotiate'), BASIC]],
  // Malformed parts do not hide what follows.
  ['Basic realm="registry", Bearer realm="https:', [BASIC, of('bearer')]],
  ['"x", {}, Basic realm="registry", "x"', [BASIC]],
  ['Custom {"a": 1}, Basic realm="registry"', [of('custom'), BASIC]],
  ['realm="registry"', []],
  ['="registry"', []],
] as const) {
  test(`challenges of ${JSON.stringify(field)}`, () => {
    assert.deepEqual(parseChallenges(field), expected);
  });
}

const token = fc.stringMatching(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,8}$/);
const spaces = fc.stringMatching(/^[ \t]{0,2}$/);
const quoted = fc
  .string({ unit: fc.constantFrom('a', 'Z', ' ', ',', '=', '"', '\\', ';', '\t', 'é') })
  .map((value) => ({
    value,
    text: `"${value.replaceAll(/["\\]/g, '\\$&')}"`,
  }));
const parameter = fc
  .tuple(
    token,
    fc.oneof(
      token.map((value) => ({ value, text: value })),
      quoted,
    ),
    spaces,
    spaces,
  )
  .map(([name, { value, text }, before, after]) => ({
    parsed: [name.toLowerCase(), value] as const,
    text: `${name}${before}=${after}${text}`,
  }));
const comma = fc
  .tuple(spaces, fc.constantFrom(',', ',,', ', ,'), spaces)
  .map((parts) => parts.join(''));
const challenge = fc.oneof(
  fc.tuple(token, fc.stringMatching(/^[A-Za-z0-9._~+/-]{1,8}={0,2}$/)).map(([scheme, token68]) => ({
    parsed: { ...of(scheme.toLowerCase()), token68 },
    text: `${scheme} ${token68}`,
  })),
  fc
    .tuple(token, fc.array(parameter, { maxLength: 4 }), comma)
    .map(([scheme, parameters, between]) => ({
      parsed: of(
        scheme.toLowerCase(),
        parameters.map(({ parsed }) => parsed),
      ),
      text: [scheme, ...(parameters.length === 0 ? [] : [' '])]
        .join('')
        .concat(parameters.map(({ text }) => text).join(between)),
    })),
);

test('challenges in the grammar of RFC 9110 §11.6.1 round-trip', () => {
  fc.assert(
    fc.property(fc.array(challenge, { maxLength: 5 }), comma, (challenges, between) => {
      const field = challenges.map(({ text }) => text).join(between);
      assert.deepEqual(
        parseChallenges(field),
        challenges.map(({ parsed }) => parsed),
        field,
      );
    }),
  );
});

test('joined header lines yield the challenges of each line', () => {
  const line = fc.array(challenge, { minLength: 1, maxLength: 3 }).map((each) => ({
    parsed: each.map(({ parsed }) => parsed),
    text: each.map(({ text }) => text).join(', '),
  }));
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 3 }), (lines) => {
      const headers = new Headers();
      for (const { text } of lines) {
        // Header values are bytes.
        headers.append('www-authenticate', text.replaceAll('é', 'e'));
      }
      const parsed = parseChallenges(headers.get('www-authenticate') ?? '');
      assert.deepEqual(
        parsed,
        JSON.parse(JSON.stringify(lines.flatMap((each) => each.parsed)).replaceAll('é', 'e')),
      );
    }),
  );
});

test('parsing terminates on any text', () => {
  const unit = fc.constantFrom('a', 'B', ' ', '=', ',', '"', '\\', '/', '\t', '\r', '\n', ';', 'é');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 40 }), (field) => {
      for (const { scheme } of parseChallenges(field)) assert.notEqual(scheme, '');
    }),
  );
});
