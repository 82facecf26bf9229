import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Completion } from './completion.ts';
import type { Contents, WantedManifest } from './contents.ts';

const contentsOf = (
  manifests: readonly WantedManifest[],
  tagRecords: Contents['tagRecords'] = [],
): Contents => ({
  repository: 'a',
  tags: 1,
  passed: 0,
  manifests,
  facts: new Map(),
  roots: [],
  tagRecords,
  foreign: [],
  problems: [],
  notes: [],
});
const manifest = (digest: string, blobs: string[], children: string[] = []): WantedManifest => ({
  repository: 'a',
  digest,
  record: `record of ${digest}`,
  children,
  blobs: blobs.map((blob) => ({ digest: blob, size: 1 })),
});

test('an index is complete when its last image is, and its tag follows', () => {
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
    () => undefined,
  );
  assert.deepEqual(completion.take(), []);
  completion.done('x', 1);
  assert.deepEqual(completion.take(), ['record of two']);
  completion.done('x', 1);
  completion.done('y', 1);
  assert.deepEqual(completion.take(), ['record of one', 'record of index', 'tag']);
  assert.deepEqual(completion.take(), []);
});

test('manifests with nothing missing are complete at once, each reported once', () => {
  const completion = new Completion(
    [
      contentsOf(
        [manifest('index', [], ['one', 'one']), manifest('one', ['x'])],
        [{ record: 'tag', digest: 'recorded before' }],
      ),
    ],
    () => 1,
  );
  assert.deepEqual([...completion.take()].toSorted(), ['record of index', 'record of one', 'tag']);
});

test('an index whose image could not be read is never complete', () => {
  const completion = new Completion([contentsOf([manifest('index', [], ['unread'])])], () => 1);
  assert.deepEqual(completion.take(), []);
});

test('a manifest in several repositories waits for its referrers in each', () => {
  const repositories = [[['of a'], 'of a'] as const, [['of b'], 'of b'] as const, [[]] as const];
  const completion = new Completion(
    repositories.map(([referrers, referrer]) =>
      contentsOf([
        manifest('shared', [], [...referrers]),
        ...(referrer === undefined ? [] : [manifest(referrer, [`blob ${referrer}`])]),
      ]),
    ),
    () => undefined,
  );
  assert.deepEqual(completion.take(), []);
  completion.done('blob of a', 1);
  assert.deepEqual(completion.take(), ['record of of a']);
  completion.done('blob of b', 1);
  assert.deepEqual(completion.take(), ['record of of b', 'record of shared']);
});

test('agrees with rechecking everything each time', () => {
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
        there.has(digest) ? 1 : undefined,
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
        completion.done(digest, 1);
        for (const record of completion.take()) {
          assert.ok(!found.has(record));
          found.add(record);
        }
        check();
      }
    }),
  );
});

/** A manifest that states the given size for each blob. */
const sized = (digest: string, blobs: Readonly<Record<string, number>>): WantedManifest => ({
  ...manifest(digest, []),
  blobs: Object.entries(blobs).map(([blob, size]) => ({ digest: blob, size })),
});

test('manifests in a cycle are complete together, once all their blobs are', () => {
  const circle = [
    manifest('subject', ['a'], ['referrers']),
    // An index of referrers that lists its own subject, and itself.
    manifest('referrers', [], ['subject', 'referrers', 'signature']),
    manifest('signature', ['b'], []),
    manifest('above', ['c'], ['subject']),
  ];
  const tags = [{ record: 'tag', digest: 'subject' }];
  const completion = new Completion([contentsOf(circle, tags)], () => undefined);
  completion.done('a', 1);
  assert.deepEqual(completion.take(), []);
  completion.done('b', 1);
  assert.deepEqual(completion.take().toSorted(), [
    'record of referrers',
    'record of signature',
    'record of subject',
    'tag',
  ]);
  completion.done('c', 1);
  assert.deepEqual(completion.take(), ['record of above']);
  const atOnce = new Completion([contentsOf(circle, tags)], () => 1);
  assert.equal(atOnce.take().length, 5);
});

test('a cycle that needs something unreadable is never complete', () => {
  const circle = [manifest('one', [], ['two']), manifest('two', [], ['one', 'unread'])];
  assert.deepEqual(new Completion([contentsOf(circle)], () => 1).take(), []);
});

test('one blob can complete more manifests than a call can have arguments', () => {
  const images = Array.from({ length: 200_000 }, (_, at) => manifest(`${at}`, ['x']));
  const completion = new Completion([contentsOf(images)], () => undefined);
  completion.done('x', 1);
  assert.equal(completion.take().length, images.length);
});

test('manifests nested a hundred thousand levels deep are complete', () => {
  const depth = 100_000;
  const chain = Array.from({ length: depth }, (_, at) =>
    manifest(`${at}`, at === depth - 1 ? ['x'] : [], at === depth - 1 ? [] : [`${at + 1}`]),
  );
  const completion = new Completion([contentsOf(chain)], () => undefined);
  completion.done('x', 1);
  assert.equal(completion.take().length, depth);
});

test("a blob's actual size decides which of two manifests is right, in any order", () => {
  // nlewo/nix2container#207, containers/skopeo#1054
  const right = sized('right', { x: 10, y: 1 });
  const wrong = sized('wrong', { x: 20 });
  for (const manifests of [
    [right, wrong],
    [wrong, right],
  ]) {
    const above = { ...manifest('above', []), children: ['right', 'wrong'] };
    const contents = [contentsOf([...manifests, above])];
    const expected = {
      repository: 'a',
      reference: 'wrong',
      why: 'the manifest says that blob x has 20 bytes, but it has 10',
    };
    const completion = new Completion(contents, () => undefined);
    completion.done('x', 10);
    completion.done('y', 1);
    assert.deepEqual(completion.take(), ['record of right']);
    assert.deepEqual(completion.takeProblems(), [expected]);
    assert.deepEqual(completion.takeProblems(), []);
    const atOnce = new Completion(contents, (blob) => (blob === 'x' ? 10 : 1));
    assert.deepEqual(atOnce.take(), ['record of right']);
    assert.deepEqual(atOnce.takeProblems(), [expected]);
  }
});

test('a size that no manifest states is not compared', () => {
  const unsaid = { ...manifest('schema 1', []), blobs: [{ digest: 'x', size: undefined }] };
  const completion = new Completion([contentsOf([unsaid])], () => undefined);
  completion.done('x', 10);
  assert.deepEqual(completion.take(), ['record of schema 1']);
});

test('in any graph, with cycles, the complete manifests are those that reach only stored blobs', () => {
  const name = fc.constantFrom('m0', 'm1', 'm2', 'm3', 'm4', 'unread');
  const made = fc.array(
    fc.record({
      blobs: fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { maxLength: 2 }),
      children: fc.array(name, { maxLength: 2 }),
    }),
    { minLength: 5, maxLength: 5 },
  );
  fc.assert(
    fc.property(made, fc.uniqueArray(fc.constantFrom('x', 'y', 'z')), (all, order) => {
      const manifests = all.map(({ blobs, children }, at) => manifest(`m${at}`, blobs, children));
      const there = new Set<string>();
      const isComplete = (digest: string, above: readonly string[] = []): boolean => {
        if (above.includes(digest)) return true;
        const found = manifests.find((each) => each.digest === digest);
        return (
          found !== undefined &&
          found.blobs.every((blob) => there.has(blob.digest)) &&
          found.children.every((child) => isComplete(child, [...above, digest]))
        );
      };
      const completion = new Completion([contentsOf(manifests)], () => undefined);
      const found = [...completion.take()];
      for (const blob of order) {
        there.add(blob);
        completion.done(blob, 1);
        found.push(...completion.take());
        const expected = manifests.filter(({ digest }) => isComplete(digest));
        assert.deepEqual(found.toSorted(), expected.map(({ record }) => record).toSorted());
      }
    }),
    { numRuns: 500 },
  );
});
