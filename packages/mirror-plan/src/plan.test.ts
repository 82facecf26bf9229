import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { makePlan, type Stored } from './plan.ts';
import type { Contents, WantedBlob } from './contents.ts';
import { parseShard, WHOLE } from './shard.ts';

const storedOf = (
  name: string,
  sizes: Readonly<Record<string, number>>,
  doubted: readonly string[] = [],
): Stored => ({
  name,
  sizeOf: (digest) => sizes[digest],
  isDoubted: (digest) => doubted.includes(digest),
});
const contentsOf = (repository: string, blobs: readonly WantedBlob[], more = {}): Contents => ({
  repository,
  tags: 1,
  passed: 2,
  manifests: [{ repository, digest: `of ${repository}`, record: '', children: [], blobs }],
  facts: new Map(),
  roots: [],
  tagRecords: [],
  foreign: [],
  problems: [],
  notes: [],
  ...more,
});

test('a blob is read once, for all destinations that lack it', () => {
  const foreign = [{ mediaType: '', digest: 'f', size: 1, urls: ['https://elsewhere.example'] }];
  const problems = [{ repository: 'b', reference: 'v1', why: 'gone' }];
  const plan = makePlan(
    [
      contentsOf('a', [
        { digest: 'x', size: 10 },
        { digest: 'y', size: 20 },
      ]),
      contentsOf(
        'b',
        [
          { digest: 'x', size: 10 },
          { digest: 'z', size: 30 },
        ],
        { foreign, problems },
      ),
    ],
    [storedOf('one', { y: 20 }), storedOf('two', { y: 19, z: 30 })],
    WHOLE,
  );
  assert.deepEqual(plan, {
    repositories: 2,
    tags: 2,
    manifests: 2,
    passed: 4,
    copies: [
      { digest: 'x', size: 10, repository: 'a', to: [0, 1], replace: [] },
      { digest: 'y', size: 20, repository: 'a', to: [1], replace: [1] },
      { digest: 'z', size: 30, repository: 'b', to: [0], replace: [] },
    ],
    bytes: 60,
    destinations: [
      { name: 'one', blobs: 2, bytes: 40 },
      { name: 'two', blobs: 2, bytes: 30 },
    ],
    foreign,
    problems,
    notes: [],
    disputed: [],
  });
});

test('a blob that gc may delete is written again in that destination', () => {
  const { copies } = makePlan(
    [
      contentsOf(
        'a',
        ['x', 'y', 'z'].map((digest) => ({ digest, size: 1 })),
      ),
    ],
    [storedOf('one', { x: 1, y: 1 }, ['x', 'z']), storedOf('two', { x: 1, y: 1, z: 1 })],
    WHOLE,
  );
  assert.deepEqual(copies, [
    { digest: 'x', size: 1, repository: 'a', to: [0], replace: [0] },
    { digest: 'z', size: 1, repository: 'a', to: [0], replace: [] },
  ]);
});

test('a size that one manifest states holds for all', () => {
  const contents = ['a', 'b', 'c'].map((repository, at) =>
    contentsOf(repository, [{ digest: 'x', size: at === 1 ? 10 : undefined }]),
  );
  const { copies, bytes } = makePlan(contents, [storedOf('one', {})], WHOLE);
  assert.deepEqual([copies.length, copies[0].size, bytes], [1, 10, 10]);
  assert.equal(makePlan(contents.slice(0, 1), [storedOf('one', { x: 3 })], WHOLE).copies.length, 0);
  assert.equal(makePlan(contents.slice(0, 1), [storedOf('one', {})], WHOLE).bytes, 0);
});

test('the shards of a plan add up to the plan, without duplicates', () => {
  const digest = fc.stringMatching(/^[0-9a-f]{16}$/).map((hex) => `sha256:${hex}`);
  fc.assert(
    fc.property(fc.uniqueArray(digest), fc.integer({ min: 1, max: 5 }), (digests, count) => {
      const contents = [
        contentsOf(
          'a',
          digests.map((each) => ({ digest: each, size: 1 })),
        ),
      ];
      const of = (shard: string): string[] =>
        makePlan(contents, [storedOf('one', {})], parseShard(shard)).copies.map(
          (copy) => copy.digest,
        );
      const shards = Array.from({ length: count }, (_, at) => of(`${at + 1}/${count}`));
      assert.deepEqual(shards.flat().toSorted(), digests.toSorted());
    }),
  );
});

test('problems without a repository are reported, and do not count as a repository', () => {
  const problems = [{ repository: 'x/*', reference: '', why: 'fits nothing' }];
  const nothing = { ...contentsOf('', [], { problems }), tags: 0, manifests: [] };
  const plan = makePlan([contentsOf('a', []), nothing], [], WHOLE);
  assert.deepEqual([plan.repositories, plan.manifests, plan.problems], [1, 1, problems]);
});

test('a blob with two stated sizes is copied by its digest alone, in any order', () => {
  const [right, wrong] = [10, 20].map((size) => contentsOf(`${size}`, [{ digest: 'x', size }]));
  for (const contents of [
    [right, wrong],
    [wrong, right],
  ]) {
    const plan = makePlan(contents, [storedOf('one', {})], WHOLE);
    assert.deepEqual(
      plan.copies.map(({ size, to }) => [size, to]),
      [[undefined, [0]]],
    );
    const [{ reference, why }] = plan.disputed;
    assert.equal(reference, 'x');
    assert.match(
      why,
      /^has \d\d bytes according to manifest of \d\d, and \d\d bytes according to manifest of \d\d: /,
    );
    // Stored content matches the digest.
    const there = (...sizes: number[]): number =>
      makePlan(
        contents,
        sizes.map((x, at) => storedOf(`${at}`, { x })),
        WHOLE,
      ).copies.flatMap(({ replace }) => replace).length;
    assert.deepEqual([there(10), there(20), there(10, 10)], [0, 0, 0]);
    assert.deepEqual([there(15), there(10, 20), there(10, 15)], [1, 2, 2]);
  }
  assert.deepEqual(makePlan([right, right], [storedOf('one', {})], WHOLE).disputed, []);
});

// A truncated upload leaves an object without bytes; a manifest may state no size (schema 1), or a wrong one.
test('an empty object is not the blob, whatever manifests state, and a non-empty one is not the empty blob', () => {
  const empty = 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  const copiesOf = (
    digest: string,
    sizes: readonly (number | undefined)[],
    ...stored: readonly number[]
  ) => {
    const contents = sizes.map((size, at) => contentsOf(`r${at}`, [{ digest, size }]));
    const destinations = stored.map((has, at) => storedOf(`${at}`, { [digest]: has }));
    return makePlan(contents, destinations, WHOLE).copies.map(({ to, replace }) => [to, replace]);
  };
  for (const sizes of [[undefined], [0], [100], [0, 100], [100, 0], [undefined, 0]])
    assert.deepEqual(copiesOf('x', sizes, 0), [[[0], [0]]], String(sizes));
  assert.deepEqual(copiesOf('x', [0, 100], 100), []);
  assert.deepEqual(copiesOf('x', [0, 100], 0, 100), [[[0], [0]]]);
  for (const sizes of [[undefined], [0], [7], [0, 7]])
    assert.deepEqual(copiesOf(empty, sizes, 7), [[[0], [0]]], String(sizes));
  assert.deepEqual(copiesOf(empty, [0], 0), []);
});
