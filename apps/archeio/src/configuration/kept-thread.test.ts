import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { ManualClock } from '@archeio/presence/testing';
import { KEPT_FOR, KeptThread } from './kept-thread.ts';

/** Threads that wait for messages, and end on `end`. */
function keeping() {
  const clock = new ManualClock();
  const started: Worker[] = [];
  const kept = new KeptThread(clock, () => {
    const program = `require('node:worker_threads').parentPort.on('message', () => process.exit())`;
    const thread = new Worker(program, { eval: true });
    started.push(thread);
    return thread;
  });
  return { clock, kept, started };
}

test('reuses a kept thread, and ends it after its idle time', async () => {
  const { clock, kept, started } = keeping();
  const thread = kept.take();
  await kept.keep(thread);
  await clock.advance(KEPT_FOR - 1);
  assert.equal(kept.take(), thread);
  await clock.advance(2 * KEPT_FOR);
  await kept.keep(thread);
  const exit = once(thread, 'exit');
  await clock.advance(KEPT_FOR);
  await exit;
  const next = kept.take();
  assert.notEqual(next, thread);
  assert.equal(started.length, 2);
  await next.terminate();
});

test('keeps only one thread, and none after closing', async () => {
  const { clock, kept } = keeping();
  const threads = [kept.take(), kept.take(), kept.take()];
  const exits = threads.map((thread) => once(thread, 'exit'));
  await kept.keep(threads[0]);
  await kept.keep(threads[1]);
  await exits[1];
  assert.equal(clock.timers, 1);
  kept.close();
  await exits[0];
  await kept.keep(threads[2]);
  await exits[2];
  assert.equal(clock.timers, 0);
});

test('a thread that ends while it is idle is replaced', async () => {
  const { clock, kept, started } = keeping();
  const thread = kept.take();
  await kept.keep(thread);
  const exit = once(thread, 'exit');
  thread.postMessage('end', []);
  await exit;
  assert.equal(clock.timers, 0);
  const next = kept.take();
  assert.notEqual(next, thread);
  assert.equal(started.length, 2);
  await next.terminate();
});
