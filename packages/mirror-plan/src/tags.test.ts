import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseTags } from './tags.ts';

const EVERYTHING = { include: () => true, exclude: () => false, newest: undefined };
const named = (...tags: string[]) => tags.map((tag) => ({ tag }));
const names = (tags: readonly { tag: string }[]): string[] => tags.map(({ tag }) => tag);

test('selects tags that are included, not excluded, and not signatures', () => {
  const signature = `sha256-${'a'.repeat(64)}.sig`;
  const selection = {
    include: (tag: string) => tag.startsWith('v'),
    exclude: (tag: string) => tag.endsWith('-dev'),
    newest: undefined,
  };
  assert.deepEqual(names(chooseTags(named('v1', 'v1-dev', 'x', signature), selection)), ['v1']);
  assert.deepEqual(names(chooseTags(named('x', signature), EVERYTHING)), ['x']);
});

test('the newest are chosen by upload time if known, else by version', () => {
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

test('versions count as newer than tags that are not versions', () => {
  // crazy-max/diun#645, fluxcd/image-reflector-controller#443
  const newest = (count: number, ...tags: string[]): string[] =>
    names(chooseTags(named(...tags), { ...EVERYTHING, newest: count }));
  assert.deepEqual(newest(2, '1.27.3', '1.28.0', 'latest', 'main'), ['1.28.0', '1.27.3']);
  assert.deepEqual(newest(2, 'v1.9.0', '1.10.0', '1.11.0'), ['1.11.0', '1.10.0']);
  assert.deepEqual(newest(2, '20241201', '1.9.0', '1.10.0'), ['1.10.0', '1.9.0']);
  assert.deepEqual(newest(2, '20241201', '20250101', '20230101'), ['20250101', '20241201']);
  assert.deepEqual(newest(2, 'v20220916-gd32f8c343', 'v1.1.1', 'v1.5.1'), ['v1.5.1', 'v1.1.1']);
  assert.deepEqual(newest(3, 'main', 'latest', '1.0.0', '1.1.0-rc.1'), [
    '1.1.0-rc.1',
    '1.0.0',
    'main',
  ]);
});

test('a tag listed twice counts once, and two images with one name count twice', () => {
  const twice = named('v2', 'v2', 'v1', 'v0');
  assert.deepEqual(names(chooseTags(twice, { ...EVERYTHING, newest: 2 })), ['v2', 'v1']);
  const images = ['a', 'b', 'b'].map((digest) => ({ tag: 'v1', digest }));
  assert.equal(chooseTags(images, EVERYTHING).length, 2);
});
