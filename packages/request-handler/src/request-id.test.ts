import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { requestIdOf } from './request-id.ts';

const made = () => 'made';

test('takes an ID that is safe to repeat, and makes one instead of any other', () => {
  for (const id of ['a', '0', '.', '-', '_', 'A.b-C_9', 'x'.repeat(128)])
    assert.equal(requestIdOf(id, made), id);
  for (const id of [undefined, '', 'a b', 'a, a', 'a\n', '\na', 'é', 'x'.repeat(129), 'a"', '%41'])
    assert.equal(requestIdOf(id, made), 'made');
});

test('whatever is given, the ID is of 1 to 128 letters, digits, dots, underscores and hyphens', () => {
  const isSafe = (id: string): boolean =>
    id.length > 0 &&
    id.length <= 128 &&
    Array.from(id).every((character) =>
      'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-'.includes(character),
    );
  const safe = fc.string({
    unit: fc.constantFrom('a', 'Z', '0', '9', '.', '_', '-'),
    minLength: 100,
    maxLength: 160,
  });
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), safe), (given) => {
      const id = requestIdOf(given, made);
      assert.ok(isSafe(id));
      assert.equal(id, isSafe(given) ? given : 'made');
    }),
    { numRuns: 2000 },
  );
});
