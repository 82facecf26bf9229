import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blob, incoming, SOURCE } from './testing/assembled.ts';
import { loneWorker } from './testing/lone-worker.ts';

/** Asks for a blob, as the server of the worker would. */
async function askOf({ worker, clock }: ReturnType<typeof loneWorker>, number: number) {
  const { handler, observer } = worker.serving;
  const request = incoming(blob(number), '35.180.1.1');
  const observation = observer?.observe({
    incoming: request,
    headers: [],
    began: clock.now(),
    requestId: undefined,
    traceId: undefined,
  });
  const { status } = await handler.decide({ ...request, observation });
  observation?.answered(status, 1);
}

test('events go to the supervisor in batches, and the last ones when the worker is closed', async () => {
  const lone = loneWorker();
  const { worker, batches, clock, serve } = lone;
  await serve(1, {
    ...SOURCE,
    stores: [
      { name: 'cdn', url: 'https://cdn.example', key: '{digest}', default: true, check: 'none' },
    ],
    events: { sample: 1 },
  });
  await askOf(lone, 1);
  await clock.advance(100);
  assert.equal(batches.length, 1);
  const { considered, cloud, client } = JSON.parse(batches[0].lines);
  assert.deepEqual(considered, [{ backend: 'cdn', presence: null }]);
  assert.deepEqual([cloud, client], ['AWS', undefined]);
  await askOf(lone, 2);
  await clock.advance(1000);
  assert.equal(batches.length, 1, 'the first one is not taken');
  worker.eventsTaken();
  await clock.advance(100);
  assert.equal(batches.length, 2);

  // Requests under a configuration without events have none, but those before are not lost.
  await askOf(lone, 3);
  await serve(2, SOURCE);
  assert.equal(worker.serving.observer, undefined);
  await askOf(lone, 4);
  await worker.close(0);
  assert.deepEqual(
    batches.map(({ events, dropped }) => [events, dropped]),
    [
      [1, 0],
      [1, 0],
      [1, 0],
    ],
  );
});
