import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edgeClock } from './edge-clock.ts';

test('the time never goes back', () => {
  const times = [5, 7, 6, 9];
  const clock = edgeClock(() => times.shift() ?? 0);
  assert.deepEqual([clock.now(), clock.now(), clock.now(), clock.now()], [5, 7, 7, 9]);
});

test('a timer calls back once, unless it is cancelled', { timeout: 10_000 }, async () => {
  const clock = edgeClock(() => Date.now());
  const called: string[] = [];
  clock.after(1, () => called.push('cancelled'))();
  await new Promise<void>((resolve) => {
    clock.after(5.5, () => {
      called.push('called');
      resolve();
    });
  });
  assert.deepEqual(called, ['called']);
});
