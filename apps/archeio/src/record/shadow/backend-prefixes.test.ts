import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atOnce } from '@archeio/redirect';
import { BackendPrefixes, isSameUrl, type SpelledUrl, spelledUrl } from './backend-prefixes.ts';
import { POLICY } from './testing/compared-policy.ts';

function spelled(location: string): SpelledUrl {
  const url = spelledUrl(location);
  assert.ok(url);
  return url;
}

test('URLs are the same without query, fragment, and escapes that say the same', () => {
  for (const [one, other, isSame] of [
    ['https://a.example/x%3Ay?q#f', 'https://A.example:443/x:y', true],
    ['https://a.example', 'https://a.example/', true],
    ['https://a.example/%zz', 'https://a.example/%zz?q', true],
    ['https://a.example/%zz', 'https://a.example/%zy', false],
    ['https://a.example/x', 'https://a.example/x/', false],
    ['https://a.example/x', 'http://a.example/x', false],
    ['https://a.example/x', 'https://a.example:8443/x', false],
  ] as const)
    assert.equal(isSameUrl(spelled(one), spelled(other)), isSame, `${one} ${other}`);
});

test('a backend whose URL cannot be read is found nowhere', () => {
  const [store, next] = POLICY.stores;
  const backends = [{ ...store, url: 'nonsense/' }, next];
  const prefixes = atOnce(BackendPrefixes.inSteps({ backends }));
  assert.deepEqual(prefixes.find(spelled(`${next.url}x`)), [next]);
  assert.deepEqual(prefixes.find(spelled(store.url)), []);
});

test('backends with the same prefix are found together', () => {
  const [store] = POLICY.stores;
  const backends = [store, { ...store, name: 'twin' }];
  const prefixes = atOnce(BackendPrefixes.inSteps({ backends }));
  assert.deepEqual(prefixes.find(spelled(`${store.url}x`)), backends);
});
