import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Contents } from './contents.ts';
import { SinceDoubted } from './since-doubted.ts';
import { NO_SIGHTINGS, type Sightings } from './sightings.ts';

const manifest = (digest: string, blobs: readonly string[], children: readonly string[] = []) => ({
  repository: 'a',
  digest,
  record: `record of ${digest}`,
  children,
  blobs: blobs.map((blob) => ({ digest: blob, size: 1 })),
});
const CONTENTS: readonly Contents[] = [
  {
    repository: 'a',
    tags: 1,
    passed: 0,
    manifests: [
      manifest('one', ['x']),
      manifest('two', ['y']),
      manifest('index', [], ['one', 'two']),
    ],
    facts: new Map(),
    roots: [],
    tagRecords: [
      { record: 'tag of index', digest: 'index' },
      { record: 'tag of two', digest: 'two' },
    ],
    foreign: [],
    problems: [],
    notes: [],
  },
];
const seen = (...blobs: string[]): Sightings => ({
  blobs: new Map(blobs.map((blob) => [blob, 1])),
  records: new Set(),
  objects: new Map(),
});
const withheld = (doubted: SinceDoubted): string[] =>
  ['record of one', 'record of two', 'record of index', 'tag of index', 'tag of two'].filter(
    (record) => doubted.isIn(record),
  );

test('blobs seen by gc since the run began withhold their records, and those above them', () => {
  const doubted = new SinceDoubted(CONTENTS, NO_SIGHTINGS);
  assert.deepEqual(withheld(doubted), []);
  doubted.look(seen('x'));
  assert.deepEqual(withheld(doubted), ['record of one', 'record of index', 'tag of index']);
});

test('blobs that gc had seen before are copied again, and recorded', () => {
  const doubted = new SinceDoubted(CONTENTS, seen('x', 'y'));
  doubted.look(seen('x', 'y'));
  assert.deepEqual(withheld(doubted), []);
});

test('an unknown record is not withheld', () => {
  assert.ok(!new SinceDoubted([], NO_SIGHTINGS).isIn('record of three'));
});
