import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinLocalWorker } from './local-worker.ts';
import { hubRig } from './testing/hub-rig.ts';

test('a worker in the process of its hub serves what the hub serves', async () => {
  const { hub, apply, clock, log } = hubRig();
  await apply('a');
  const worker = await joinLocalWorker(hub, clock, log);
  assert.deepEqual([...hub.workers], [worker]);
  assert.equal(worker.serving.generation, 1);
  await apply('a', 'b');
  assert.equal(worker.serving.generation, 2);
  await worker.close(0);
  hub.close();
});
