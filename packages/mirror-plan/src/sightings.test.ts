import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatSightings, NO_SIGHTINGS, parseSightings, seenSince } from './sightings.ts';

const blobs = new Map([
  ['sha256:a', 1],
  ['sha256:b', 2],
]);

test('sightings round-trip', () => {
  const sightings = { blobs, records: new Set(['archeio/mirrored/sha256:c']), objects: new Map() };
  assert.deepEqual(parseSightings(formatSightings(sightings)), sightings);
  assert.deepEqual(parseSightings(undefined), NO_SIGHTINGS);
  assert.deepEqual(parseSightings('{"since":{"a":1,"b":"x"},"records":[1,"r"]}'), {
    blobs: new Map([['a', 1]]),
    records: new Set(['r']),
    objects: new Map(),
  });
  for (const text of ['', '{', '{}', '[]', '1', '{"since":null}'])
    assert.throws(() => parseSightings(text), { name: 'SyntaxError' }, text);
});

test('a blob written after its sighting counts as another one', () => {
  const since = (digest: string, modified: number) =>
    seenSince({ ...NO_SIGHTINGS, blobs }, { digest, size: 1, modified });
  assert.deepEqual(
    [since('sha256:b', 1), since('sha256:b', 2), since('sha256:b', 3)],
    [2, 2, undefined],
  );
  assert.equal(since('sha256:x', 1), undefined);
});
