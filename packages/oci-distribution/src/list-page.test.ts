import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { continuationOf } from './list-page.ts';

const LIST = 'https://registry.test/v2/_catalog';

for (const [query, entries, expected] of [
  ['?n=2', ['a'], 'end'],
  ['?n=2', [], 'end'],
  ['?n=0', [], 'end'],
  ['?n=2', ['a', 'b', 'c'], 'end'],
  ['', ['a', 'b'], 'end'],
  ['?n=x', ['a', 'b'], 'end'],
  ['?n=2', ['a', 'b/c'], { url: `${LIST}?n=2&last=b%2Fc` }],
  ['?last=b&n=2', ['c', 'd'], { url: `${LIST}?last=d&n=2` }],
  ['?n=2&last=b', ['c'], 'end'],
  ['?n=2&last=b', ['a', 'b'], 'ignored'],
] as const) {
  test(`after ${JSON.stringify(entries)} of ${query} comes ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(continuationOf(`${LIST}${query}`, entries), expected);
  });
}

test('a registry that never sends a Link is listed completely', () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z0-9/+ ]{1,3}$/), { maxLength: 20 });
  fc.assert(
    fc.property(names, fc.integer({ min: 1, max: 6 }), (all, n) => {
      const sorted = all.toSorted();
      const found: string[] = [];
      let url: string | undefined = `${LIST}?n=${n}`;
      while (url !== undefined) {
        const { searchParams } = new URL(url);
        const last = searchParams.get('last') ?? '';
        const page = sorted.filter((name) => name > last).slice(0, n);
        found.push(...page);
        const next = continuationOf(url, page);
        assert.notEqual(next, 'ignored');
        url = typeof next === 'string' ? undefined : next.url;
      }
      assert.deepEqual(found, sorted);
    }),
  );
});
