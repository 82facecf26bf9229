import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@archeio/presence/testing';
import { onceOrphanedByNpm } from './orphaned-by-npm.ts';

test("notifies a server once that npm's shell leaves behind", async () => {
  const clock = new ManualClock();
  let parent = 100;
  let told = 0;
  onceOrphanedByNpm(
    { npm_lifecycle_event: 'npx' },
    () => parent,
    clock,
    () => told++,
  );
  await clock.advance(10_000);
  assert.equal(told, 0);
  parent = 1;
  await clock.advance(1000);
  await clock.advance(1000);
  assert.equal(told, 1);
  assert.equal(clock.timers, 0);
});

test('a process that npm did not start may lose its parent: that is how daemons start', async () => {
  const clock = new ManualClock();
  let parent = 100;
  for (const environment of [{}, { npm_lifecycle_event: '' }])
    onceOrphanedByNpm(
      environment,
      () => parent,
      clock,
      () => assert.fail('told'),
    );
  parent = 1;
  await clock.advance(10_000);
  assert.equal(clock.timers, 0);
});
