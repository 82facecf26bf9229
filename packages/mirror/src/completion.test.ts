import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Completion } from './completion.ts';
import type { Contents, WantedManifest } from './read-repository.ts';

const contentsOf = (
  manifests: readonly WantedManifest[],
  tagRecords: Contents['tagRecords'] = [],
): Contents => ({
  repository: 'a',
  tags: 1,
  passed: 0,
  manifests,
  tagRecords,
  foreign: [],
  problems: [],
});
const manifest = (digest: string, blobs: string[], children: string[] = []): WantedManifest => ({
  repository: 'a',
  digest,
  record: `record of ${digest}`,
  children,
  blobs: blobs.map((blob) => ({ digest: blob, size: 1 })),
});

test('an index is complete when its last image is, and then its tag', () => {
  const completion = new Completion(
    [
      contentsOf(
        [
          manifest('index', [], ['one', 'two']),
          manifest('one', ['x', 'y']),
          manifest('two', ['x']),
        ],
        [{ record: 'tag', digest: 'index' }],
      ),
    ],
    () => false,
  );
  assert.deepEqual(completion.take(), []);
  completion.done('x');
  assert.deepEqual(completion.take(), ['record of two']);
  completion.done('x');
  completion.done('y');
  assert.deepEqual(completion.take(), ['record of one', 'record of index', 'tag']);
  assert.deepEqual(completion.take(), []);
});

test('what needs nothing more is complete at once, each once', () => {
  const completion = new Completion(
    [
      contentsOf(
        [manifest('index', [], ['one', 'one']), manifest('one', ['x'])],
        [{ record: 'tag', digest: 'recorded before' }],
      ),
    ],
    () => true,
  );
  assert.deepEqual([...completion.take()].toSorted(), ['record of index', 'record of one', 'tag']);
});

test('an index whose image could not be read is never complete', () => {
  const completion = new Completion([contentsOf([manifest('index', [], ['unread'])])], () => true);
  assert.deepEqual(completion.take(), []);
});

test('a manifest of several repositories waits for what it has in each', () => {
  const repositories = [[['of a'], 'of a'] as const, [['of b'], 'of b'] as const, [[]] as const];
  const completion = new Completion(
    repositories.map(([referrers, referrer]) =>
      contentsOf([
        manifest('shared', [], [...referrers]),
        ...(referrer === undefined ? [] : [manifest(referrer, [`blob ${referrer}`])]),
      ]),
    ),
    () => false,
  );
  assert.deepEqual(completion.take(), []);
  completion.done('blob of a');
  assert.deepEqual(completion.take(), ['record of of a']);
  completion.done('blob of b');
  assert.deepEqual(completion.take(), ['record of of b', 'record of shared']);
});

test('the same as looking at everything again each time', () => {
  const blob = fc.integer({ min: 0, max: 9 }).map((number) => `blob ${number}`);
  const images = fc.array(fc.uniqueArray(blob), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(images, fc.uniqueArray(blob), fc.uniqueArray(blob), (lists, before, order) => {
      const all = lists.map((blobs, at) => manifest(`image ${at}`, blobs));
      const index = manifest(
        'index',
        [],
        all.map(({ digest }) => digest),
      );
      const there = new Set(before);
      const completion = new Completion([contentsOf([index, ...all])], (digest) =>
        there.has(digest),
      );
      const found = new Set(completion.take());
      const check = (): void => {
        const complete = all.filter(({ blobs }) => blobs.every(({ digest }) => there.has(digest)));
        const expected = complete.map(({ record }) => record);
        if (complete.length === all.length) expected.push(index.record);
        assert.deepEqual([...found].toSorted(), expected.toSorted());
      };
      check();
      for (const digest of order) {
        there.add(digest);
        completion.done(digest);
        for (const record of completion.take()) {
          assert.ok(!found.has(record));
          found.add(record);
        }
        check();
      }
    }),
  );
});
