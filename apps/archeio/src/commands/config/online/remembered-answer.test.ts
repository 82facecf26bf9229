import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rememberedBy } from './remembered-answer.ts';

test('recognises the header fields in which caches report a hit', () => {
  for (const [first, second, by] of [
    [{}, { age: '0' }, 'Age: 0'],
    [{ age: '0' }, { age: '1' }, 'Age: 1'],
    [{ 'x-cache': 'MISS' }, { 'x-cache': 'HIT' }, 'x-cache: HIT'],
    [{}, { 'x-cache': 'Hit from cloudfront' }, 'x-cache: Hit from cloudfront'],
    [{}, { 'cf-cache-status': 'HIT' }, 'cf-cache-status: HIT'],
    [{}, { 'cache-status': 'edge; hit; ttl=30' }, 'cache-status: edge; hit; ttl=30'],
    [{}, { 'x-cache-status': ['MISS', 'HIT'] }, 'x-cache-status: MISS, HIT'],
  ] as const)
    assert.equal(rememberedBy(first, second as never), by);
});

test('does not mistake a store, or a cache that asked it again, for a hit', () => {
  for (const [first, second] of [
    [{}, {}],
    [{ age: '0' }, { age: '0' }],
    [{}, { 'x-cache': 'MISS, MISS' }],
    [{}, { 'x-cache': 'Error from cloudfront' }],
    [{}, { 'cf-cache-status': 'DYNAMIC' }],
    [{}, { 'cache-status': 'edge; fwd=miss' }],
  ] as const)
    assert.equal(rememberedBy(first, second), undefined);
});
