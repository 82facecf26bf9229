import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lifetimesInTicks } from './lifetimes.ts';

test('lifetimes become ticks of 100 ms, never less than one', () => {
  const ticks = lifetimesInTicks({ presentFor: 86_400_000, absentFor: 101, unknownFor: 1 });
  assert.deepEqual(ticks, { presentFor: 864_000, absentFor: 2, unknownFor: 1 });
});

test('lifetimes outside of 0 to a year are refused by name', () => {
  const good = { presentFor: 1000, absentFor: 1000, unknownFor: 1000 };
  for (const bad of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 366 * 86_400_000]) {
    for (const name of ['presentFor', 'absentFor', 'unknownFor'] as const) {
      assert.throws(() => lifetimesInTicks({ ...good, [name]: bad }), {
        name: 'RangeError',
        message: `cannot use ${name} "${bad}": must be above 0 and at most 31536000000 milliseconds`,
      });
    }
  }
});
