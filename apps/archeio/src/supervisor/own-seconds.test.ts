import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@archeio/presence/testing';
import { afterOwnSeconds } from './own-seconds.ts';

test('seconds are counted one by one, and the callback follows the last', async () => {
  const clock = new ManualClock();
  let called = 0;
  afterOwnSeconds(clock, 3, () => called++);
  await clock.advance(2999);
  assert.equal(called, 0);
  await clock.advance(1);
  assert.equal(called, 1);
  assert.equal(clock.timers, 0);
});

test('a process that was frozen has counted only one second', () => {
  let now = 0;
  const timers: (() => void)[] = [];
  const clock = {
    now: () => now,
    after(_: number, callback: () => void) {
      timers.push(callback);
      return () => undefined;
    },
  };
  let called = 0;
  afterOwnSeconds(clock, 3, () => called++);
  now = 30_000;
  timers.shift()?.();
  assert.equal(called, 0);
  timers.shift()?.();
  timers.shift()?.();
  assert.equal(called, 1);
});

test('it can be cancelled, also between its seconds', async () => {
  const clock = new ManualClock();
  const cancel = afterOwnSeconds(clock, 3, () => assert.fail('called'));
  await clock.advance(1500);
  cancel();
  assert.equal(clock.timers, 0);
  await clock.advance(10_000);
});
