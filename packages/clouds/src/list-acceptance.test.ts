import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePrefix } from '@archeio/netip';
import { refusalOfList } from './list-acceptance.ts';

function refusal(before: string[], after: string[], atMostLost: number): string | undefined {
  const prefixes = after.map((text) => [parsePrefix(text), 'r'] as const);
  const list = { cloud: 'AWS', date: null, version: '', prefixes };
  return refusalOfList(before.map(parsePrefix), list, atMostLost);
}

test('a list may lose as much as allowed, and no more', () => {
  const known = ['10.0.0.0/16', '10.1.0.0/16', '2001:db8::/32'];
  const less = ['10.0.0.0/16', '2001:db8::/32'];
  assert.equal(refusal(known, known, 0), undefined);
  assert.equal(refusal(known, less, 0.5), undefined);
  assert.equal(
    refusal(known, less, 0.2),
    'cannot accept the new list of AWS: it lacks 50 % of the IPv4 addresses known so far, expected at most 20 %',
  );
});

test('each family is checked separately', () => {
  assert.equal(
    refusal(['10.0.0.0/8', '2001:db8::/32'], ['10.0.0.0/8'], 0.999),
    'cannot accept the new list of AWS: it lacks 100 % of the IPv6 addresses known so far, expected at most 99.9 %',
  );
});

test('an empty list is never accepted, and a new cloud always is', () => {
  assert.equal(
    refusal(['10.0.0.0/8'], [], 1),
    'cannot accept the new list of AWS: it is empty, expected at least one prefix',
  );
  assert.equal(refusal([], ['10.0.0.0/8'], 0), undefined);
});

test('as many addresses elsewhere do not make up for a loss', () => {
  assert.match(refusal(['10.0.0.0/8'], ['11.0.0.0/8'], 0.2) ?? '', /lacks 100 % of the IPv4/);
});
