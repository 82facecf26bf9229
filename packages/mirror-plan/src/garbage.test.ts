import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findGarbage } from './garbage.ts';
import { NO_SIGHTINGS, seenSince, type Sightings } from './sightings.ts';

const DAY = 24 * 60 * 60 * 1000;
const blob = (digest: string, modified = 0) => ({ digest, size: 1, modified });
const NO_RECORDS = { records: [], isAccounted: () => true };

test('a blob is seen first, deleted only after long enough, and forgotten when it is needed again', () => {
  const ask = (now: number, sightings: Omit<Sightings, 'objects'>, needed: string[] = []) =>
    findGarbage({
      ...NO_RECORDS,
      stored: [blob('x'), blob('y')],
      isReferenced: (digest) => digest === 'y' || needed.includes(digest),
      sightings,
      now,
      olderThan: 7 * DAY,
    });
  const first = ask(10 * DAY, NO_SIGHTINGS);
  assert.deepEqual([first.blobs, first.waiting], [[], 1]);
  const early = ask(17 * DAY - 1, first.sightings);
  assert.deepEqual([early.blobs, early.waiting], [[], 1]);
  const due = ask(17 * DAY, early.sightings);
  assert.deepEqual([due.blobs, due.waiting], [[blob('x')], 0]);
  const needed = ask(17 * DAY, early.sightings, ['x']);
  assert.deepEqual([needed.blobs, needed.sightings.blobs.size], [[], 0]);
  assert.deepEqual(ask(30 * DAY, needed.sightings).blobs, []);
});

test('a rewritten blob counts as newly seen, however long ago it was seen before', () => {
  const ask = (modified: number, now: number, since: number) =>
    findGarbage({
      ...NO_RECORDS,
      stored: [blob('x', modified)],
      isReferenced: () => false,
      sightings: { blobs: new Map([['x', since]]), records: new Set() },
      now,
      olderThan: 7 * DAY,
    });
  assert.deepEqual(ask(15 * DAY, 20 * DAY, 0).blobs, []);
  const late = ask(DAY, 20 * DAY, 0);
  assert.deepEqual([late.blobs, late.sightings.blobs.get('x')], [[], 20 * DAY]);
  assert.equal(ask(DAY, 20 * DAY, DAY).blobs.length, 1);
});

test('records without a manifest are deleted, and reported', () => {
  const { records, sightings } = findGarbage({
    stored: [],
    records: ['a', 'b', 'c'],
    isReferenced: () => false,
    isAccounted: (record) => record === 'b',
    sightings: NO_SIGHTINGS,
    now: 0,
    olderThan: DAY,
  });
  assert.deepEqual([records, sightings.records], [['a', 'c'], new Set(['a', 'c'])]);
});

test('a blob that is needed, or was never seen unneeded before, is never garbage', () => {
  const name = fc.integer({ min: 0, max: 20 }).map(String);
  const time = fc.integer({ min: 0, max: 100 });
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(name, time), { selector: ([digest]) => digest }),
      fc.uniqueArray(name),
      fc.array(fc.tuple(name, time)),
      time,
      fc.integer({ min: 1, max: 100 }),
      (stored, needed, seen, now, olderThan) => {
        const sightings = { blobs: new Map(seen), records: new Set<string>() };
        const { blobs } = findGarbage({
          ...NO_RECORDS,
          stored: stored.map(([digest, modified]) => blob(digest, modified)),
          isReferenced: (digest) => needed.includes(digest),
          sightings,
          now,
          olderThan,
        });
        const expected = stored.filter(([digest, modified]) => {
          const since = sightings.blobs.get(digest) ?? Infinity;
          const isOld = modified <= since && now - since >= olderThan;
          return !needed.includes(digest) && isOld;
        });
        assert.deepEqual(
          blobs.map(({ digest }) => digest),
          expected.map(([digest]) => digest),
        );
        // A run that relies on blobs asks the same question, and finds all of them.
        for (const each of blobs) assert.notEqual(seenSince(sightings, each), undefined);
      },
    ),
  );
});
