import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { listenOnLoopback } from '../../../../test/parts/ports.ts';
import { blob, incoming, SOURCE } from './testing/assembled.ts';
import { loneWorker } from './testing/lone-worker.ts';

const comparing = (url: string, sample = 1) => ({ ...SOURCE, shadow: { url, sample } });

test('generations share the shadow while its settings are the same', async () => {
  const { worker, serve, prepare } = loneWorker();
  await serve(1);
  assert.deepEqual([worker.serving.shadow, worker.serving.observer], [undefined, undefined]);
  await serve(2, comparing('http://127.0.0.1:9'));
  const { shadow, observer } = worker.serving;
  assert.ok(shadow && observer);
  await serve(3, comparing('http://127.0.0.1:9'));
  assert.equal(worker.serving.shadow, shadow);
  assert.notEqual(worker.serving.observer, observer);
  await prepare(4, comparing('http://127.0.0.1:9', 0.5));
  await prepare(5, comparing('http://127.0.0.1:9'));
  await worker.use(5);
  assert.equal(worker.serving.shadow, shadow);
  await serve(6);
  assert.equal(worker.serving.shadow, undefined);
  await worker.close(0);
});

/** Answers a request as an HTTP server does, and returns once the reference is connected. */
async function shadowed(
  { worker }: ReturnType<typeof loneWorker>,
  connected: Promise<unknown>,
): Promise<void> {
  const { handler, observer } = worker.serving;
  const request = incoming(blob(1), '35.220.26.1');
  const observation = observer?.observe({
    incoming: request,
    headers: [],
    began: 0,
    requestId: undefined,
    traceId: undefined,
  });
  const { status } = await handler.decide({ ...request, observation });
  observation?.answered(status, 0);
  await nextTurn();
  await connected;
}

for (const [ending, end] of [
  ['another generation', (rig: ReturnType<typeof loneWorker>) => rig.serve(2)],
  ['a stop', (rig: ReturnType<typeof loneWorker>) => rig.worker.close(0)],
] as const)
  test(`${ending} closes the connections to the reference`, { timeout: 60_000 }, async () => {
    const server = createServer();
    const port = await listenOnLoopback(server);
    const connected = once(server, 'connection') as Promise<[Socket]>;
    const rig = loneWorker();
    await rig.serve(1, comparing(`http://127.0.0.1:${port}`));
    await shadowed(rig, connected);
    const [socket] = await connected;
    socket.on('error', () => undefined).resume();
    const closed = once(socket, 'close');
    await end(rig);
    await closed;
    server.close();
  });
