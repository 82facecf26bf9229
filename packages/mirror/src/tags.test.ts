import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chooseTags, compareVersions } from './tags.ts';

const EVERYTHING = { include: () => true, exclude: () => false, newest: undefined };
const named = (...tags: string[]) => tags.map((tag) => ({ tag }));
const names = (tags: readonly { tag: string }[]): string[] => tags.map(({ tag }) => tag);

test('versions: numbers by value, a pre-release before its release', () => {
  const ordered = [
    'latest',
    'v1',
    'v1.2',
    'v1.9.0',
    'v1.10.0-alpha.2',
    'v1.10.0-rc.1',
    'v1.10.0',
    'v2',
  ];
  assert.deepEqual(ordered.toReversed().toSorted(compareVersions), ordered);
  assert.equal(compareVersions('v1', 'v1'), 0);
  assert.equal(compareVersions('1', '01'), 1);
});

test('versions of plain numbers are ordered as the numbers are', () => {
  const version = fc.array(fc.nat(), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(version, version, (a, b) => {
      const at = a.findIndex((part, index) => part !== b[index]);
      const expected = at < 0 ? 0 : Math.sign(a[at] - b[at]);
      assert.equal(Math.sign(compareVersions(a.join('.'), b.join('.'))), expected);
    }),
  );
});

test('the order of versions is one: turned round, and along a chain', () => {
  const tag = fc.stringMatching(/^[v0-9a-c][0-9a-c.-]{0,6}$/);
  fc.assert(
    fc.property(tag, tag, tag, (a, b, c) => {
      assert.equal(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a)), 0);
      assert.equal(compareVersions(a, b) === 0, a === b);
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
        assert.ok(compareVersions(a, c) <= 0);
    }),
  );
});

test('included, not excluded, and no signature', () => {
  const signature = `sha256-${'a'.repeat(64)}.sig`;
  const selection = {
    include: (tag: string) => tag.startsWith('v'),
    exclude: (tag: string) => tag.endsWith('-dev'),
    newest: undefined,
  };
  assert.deepEqual(names(chooseTags(named('v1', 'v1-dev', 'x', signature), selection)), ['v1']);
  assert.deepEqual(names(chooseTags(named('x', signature), EVERYTHING)), ['x']);
});

test('the newest: by upload where it is known, else by version', () => {
  assert.deepEqual(
    names(chooseTags(named('v1.9', 'v1.10', 'v1.2'), { ...EVERYTHING, newest: 2 })),
    ['v1.10', 'v1.9'],
  );
  const listed = [
    { tag: 'v3', uploaded: 1 },
    { tag: 'v1', uploaded: 3 },
    { tag: 'v2', uploaded: 2 },
  ];
  assert.deepEqual(names(chooseTags(listed, { ...EVERYTHING, newest: 1 })), ['v1']);
  assert.deepEqual(names(chooseTags(listed, { ...EVERYTHING, newest: 3 })), ['v3', 'v1', 'v2']);
});
