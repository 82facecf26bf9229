import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventBatch } from '../../ipc/event-batch.ts';
import { supervisorRig } from '../testing/supervisor-rig.ts';

test('events go to the services, and the worker is told that they are taken', async () => {
  const { supervisor, apply, join } = supervisorRig();
  const batches: EventBatch[] = [];
  supervisor.add({
    adopt: () => undefined,
    events: (batch) => batches.push(batch),
    close: () => undefined,
  });
  await apply('a');
  const worker = await join();
  const batch = { lines: '{}\n', events: 1, dropped: 2 };
  supervisor.portFor(() => worker).events(batch);
  assert.deepEqual(batches, [batch]);
  assert.equal(worker.told.at(-1), 'eventsTaken');
});
