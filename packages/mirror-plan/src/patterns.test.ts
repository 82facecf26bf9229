import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPattern, matcher } from './patterns.ts';

test('a pattern matches within a component, and ** across components', () => {
  const matches = matcher(['v1.*', 'team/*', 'deep/**']);
  for (const text of ['v1.2', 'v1.', 'team/app', 'deep/a/b', 'team/.hidden'])
    assert.ok(matches(text), text);
  for (const text of ['v2', 'team', 'team/a/b', 'shallow/a']) assert.ok(!matches(text), text);
});

test('names and tags are not patterns', () => {
  for (const text of ['team/app', 'v1.2_3-rc.1', 'a__b']) assert.ok(!isPattern(text), text);
  for (const text of ['*', 'v?', '[ab]', '{a,b}', '!(a)', '+(a)', '@(a)'])
    assert.ok(isPattern(text), text);
});
