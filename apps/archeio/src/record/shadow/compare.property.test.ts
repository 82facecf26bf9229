import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Backend, storeLocation } from '@archeio/redirect';
import fc from 'fast-check';
import { spelledUrl } from './backend-prefixes.ts';
import { compareAnswers } from './compare.ts';
import {
  BLOB,
  BRANCH,
  COMPARED,
  decisionFor,
  DIGEST,
  ELSEWHERE,
  HOST,
  OFFICE,
  POLICY,
} from './testing/compared-policy.ts';

const STORES = ['a', 'b', 'last', 'branch', 'cdn', undefined] as const;
const PLACES = [OFFICE, BRANCH, ELSEWHERE] as const;

/** The backends of a URL, by trying every prefix. */
function obviousFind(location: string): readonly Backend[] {
  const prefixed = POLICY.backends.map((backend) => {
    const prefix = backend.kind === 'store' ? backend.url : backend.base + backend.path;
    const matches = `${location}/`.startsWith(prefix);
    return [backend, matches ? prefix.length : -1] as const;
  });
  const longest = Math.max(...prefixed.map(([, length]) => length));
  return longest < 0 ? [] : prefixed.filter(([, at]) => at === longest).map(([each]) => each);
}

test('finds the same backends as trying every prefix', () => {
  const bases = POLICY.backends.map((each) =>
    each.kind === 'store' ? each.url : each.base + each.path,
  );
  const segment = fc.constantFrom(
    '',
    'b',
    'x',
    'branch',
    'v2',
    'images',
    'signatures',
    'last',
    DIGEST,
  );
  fc.assert(
    fc.property(
      fc.constantFrom(
        ...bases,
        'https://s3.example/',
        'https://up.example/v2/',
        'https://z.example/',
      ),
      fc.nat(12),
      fc.array(segment, { maxLength: 4 }),
      (base, cut, segments) => {
        const location = `${base.slice(0, Math.max(base.length - cut, 'https://a.example'.length))}${segments.join('/')}`;
        const url = spelledUrl(location);
        fc.pre(url !== undefined);
        assert.deepEqual(COMPARED.prefixes.find(url), obviousFind(`${url.origin}${url.path}`));
      },
    ),
  );
});

test('the answer of the same policy in another state differs exactly if its backend is no equal', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...PLACES),
      fc.constantFrom(...STORES),
      fc.constantFrom(...STORES),
      (place, here, there) => {
        const own = decisionFor(BLOB, place, here);
        const other = decisionFor(BLOB, place, there);
        const reference = {
          status: other.status,
          location: `${other.location}?X-Amz-Signature=x`,
          decision: `rule=${other.rule}, reason=x`,
        };
        const compared = compareAnswers(
          { decision: own, digest: DIGEST, place, host: HOST },
          reference,
          COMPARED,
        );
        const names = [own.backend?.name, other.backend?.name];
        const areEqual =
          names[0] === names[1] ||
          (place === OFFICE && names.every((name) => name === 'a' || name === 'b'));
        assert.equal(compared.agreement, areEqual ? 'same' : 'backend', names.join());
        assert.equal(compared.target, other.backend?.name);
        assert.equal(compared.rule, other.rule);
      },
    ),
  );
});

test('never throws, and never agrees on a redirect elsewhere', () => {
  const [store] = POLICY.stores;
  const own = {
    decision: decisionFor(BLOB, OFFICE, 'a'),
    digest: DIGEST,
    place: OFFICE,
    host: HOST,
  };
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 999 }),
      fc.option(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `https://${text}`),
          fc.string({ unit: 'binary' }),
        ),
        {
          nil: undefined,
        },
      ),
      fc.option(fc.string(), { nil: undefined }),
      (status, location, decision) => {
        const { agreement } = compareAnswers(own, { status, location, decision }, COMPARED);
        assert.notEqual(agreement, 'same', `${storeLocation(store, DIGEST)} ${location}`);
      },
    ),
  );
});
