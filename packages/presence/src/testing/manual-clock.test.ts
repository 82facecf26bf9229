import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from './manual-clock.ts';

test('timers fire in order of time, at their own time, then in order of setting', async () => {
  const clock = new ManualClock(10);
  const fired: string[] = [];
  for (const [name, milliseconds] of [
    ['late', 30],
    ['first', 20],
    ['second', 20],
  ] as const) {
    clock.after(milliseconds, () => fired.push(`${name} at ${clock.now()}`));
  }
  await clock.advance(25);
  assert.deepEqual(fired, ['first at 30', 'second at 30']);
  assert.equal(clock.now(), 35);
  assert.equal(clock.timers, 1);
});

test('a cancelled timer does not fire, and a timer set by a timer does', async () => {
  const clock = new ManualClock();
  const fired: number[] = [];
  const cancel = clock.after(5, () => fired.push(5));
  clock.after(3, () => {
    cancel();
    clock.after(4, () => fired.push(clock.now()));
  });
  await clock.advance(10);
  cancel();
  assert.deepEqual(fired, [7]);
});

test('a frozen clock fires late what fell due', async () => {
  const clock = new ManualClock();
  const fired: number[] = [];
  clock.after(5, () => fired.push(clock.now()));
  await clock.thawAfter(1000);
  assert.deepEqual(fired, [1000]);
});
