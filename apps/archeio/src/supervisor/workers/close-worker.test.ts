import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@archeio/presence/testing';
import { closeWorker } from './close-worker.ts';
import { WorkerEnded } from '../supervisor.ts';
import { FakeWorker } from '../testing/fake-worker.ts';

test('returns how the worker ended, and leaves no timer', async () => {
  for (const ended of ['finished', 'cut'] as const) {
    const clock = new ManualClock();
    const worker = new FakeWorker();
    worker.closing = () => Promise.resolve(ended);
    assert.equal(await closeWorker(worker, 5000, clock), ended);
    assert.equal(clock.timers, 0);
  }
});

test('one that crashes meanwhile is reported as cut', async () => {
  const worker = new FakeWorker();
  worker.closing = () => Promise.reject(new WorkerEnded('the worker ended'));
  assert.equal(await closeWorker(worker, 5000, new ManualClock()), 'cut');
});

test('one that is frozen does not delay the stop', async () => {
  const clock = new ManualClock();
  const worker = new FakeWorker();
  worker.closing = () => new Promise(() => undefined);
  const closed = closeWorker(worker, 5000, clock);
  await clock.advance(6000);
  assert.equal(await closed, 'cut');
});
