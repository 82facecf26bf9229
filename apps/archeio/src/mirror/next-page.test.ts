import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextPage } from './next-page.ts';

const OF = 'https://registry.example/v2/a/tags/list?n=2';

test('the next page, relative or whole', () => {
  const next = 'https://registry.example/v2/a/tags/list?last=b&n=2';
  assert.equal(nextPage('</v2/a/tags/list?last=b&n=2>; rel="next"', OF), next);
  assert.equal(nextPage(`<${next}>; rel=next`, OF), next);
  assert.equal(nextPage(`<https://x.example>; rel="first", <${next}>; rel="next"`, OF), next);
});

test('a link without a query, with nothing but one, and to the same registry by http', () => {
  const of = (link: string) => nextPage(`<${link}>; rel="next"`, OF);
  assert.equal(of('/v2/a/tags/list/2'), 'https://registry.example/v2/a/tags/list/2');
  assert.equal(of('?last=b'), 'https://registry.example/v2/a/tags/list?last=b');
  assert.equal(of('http://registry.example/x'), 'https://registry.example/x');
  assert.equal(of('http://other.example/x'), 'http://other.example/x');
});

test('the last page', () => {
  for (const header of [null, '', '</x>; rel="prev"', '<http://[>; rel="next"', 'next'])
    assert.equal(nextPage(header, OF), undefined, String(header));
});
