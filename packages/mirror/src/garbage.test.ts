import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findGarbage, formatSightings, parseSightings } from './garbage.ts';

const DAY = 24 * 60 * 60 * 1000;
const blob = (digest: string, modified = 0) => ({ digest, size: 1, modified });
const NONE: ReadonlyMap<string, number> = new Map();

test('seen once, deleted only after long enough, forgotten when it is needed again', () => {
  const ask = (now: number, sightings: ReadonlyMap<string, number>, needed: string[] = []) =>
    findGarbage({
      stored: [blob('x'), blob('y')],
      isReferenced: (digest) => digest === 'y' || needed.includes(digest),
      sightings,
      now,
      olderThan: 7 * DAY,
    });
  const first = ask(10 * DAY, NONE);
  assert.deepEqual([first.blobs, first.waiting], [[], 1]);
  const early = ask(17 * DAY - 1, first.sightings);
  assert.deepEqual([early.blobs, early.waiting], [[], 1]);
  const due = ask(17 * DAY, early.sightings);
  assert.deepEqual([due.blobs, due.waiting], [[blob('x')], 0]);
  const needed = ask(17 * DAY, early.sightings, ['x']);
  assert.deepEqual([needed.blobs, needed.sightings.size], [[], 0]);
  assert.deepEqual(ask(30 * DAY, needed.sightings).blobs, []);
});

test('what was written again is left alone', () => {
  const { blobs } = findGarbage({
    stored: [blob('x', 15 * DAY)],
    isReferenced: () => false,
    sightings: new Map([['x', 0]]),
    now: 20 * DAY,
    olderThan: 7 * DAY,
  });
  assert.deepEqual(blobs, []);
});

test('no blob that is needed, or that nobody has seen unneeded before, is ever garbage', () => {
  const name = fc.integer({ min: 0, max: 20 }).map(String);
  const time = fc.integer({ min: 0, max: 100 });
  fc.assert(
    fc.property(
      fc.uniqueArray(name),
      fc.uniqueArray(name),
      fc.array(fc.tuple(name, time)),
      time,
      fc.integer({ min: 1, max: 100 }),
      (stored, needed, seen, now, olderThan) => {
        const sightings = new Map(seen);
        const { blobs } = findGarbage({
          stored: stored.map((digest) => blob(digest)),
          isReferenced: (digest) => needed.includes(digest),
          sightings,
          now,
          olderThan,
        });
        const expected = stored.filter(
          (digest) =>
            !needed.includes(digest) &&
            now - (sightings.get(digest) ?? Infinity) >= olderThan &&
            now >= olderThan,
        );
        assert.deepEqual(
          blobs.map(({ digest }) => digest),
          expected,
        );
      },
    ),
  );
});

test('sightings are read as they were written', () => {
  const sightings = new Map([
    ['sha256:a', 1],
    ['sha256:b', 2],
  ]);
  assert.deepEqual(parseSightings(formatSightings(sightings)), sightings);
  assert.deepEqual(parseSightings(undefined), NONE);
  assert.deepEqual(parseSightings('{"since":{"a":1,"b":"x"}}'), new Map([['a', 1]]));
  for (const text of ['', '{', '{}', '[]', '1', '{"since":null}'])
    assert.throws(() => parseSightings(text), { name: 'SyntaxError' }, text);
});
