import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { type EdgeWorker, startEdge } from '../parts/edge-worker.ts';
import { until } from '../processes/several-processes.ts';
import { digest, pull, withStore } from '../serving/configurations.ts';
import { startHeldStore } from './held-store.ts';

const LIMIT = { timeout: 60_000 };
const PATIENT = { presence: { budget: '30s', timeout: '40s' } };
const IMPATIENT = { presence: { budget: '300ms', timeout: '20s' } };

const UPSTREAM = `https://upstream.example/v2/images/pause/blobs/${digest(1)}`;

/** Errors of the platform when a request touches what belongs to another one, or waits for it. */
const CROSSED = /different request|will never generate a response|hung/i;

/** Begins to ask for blob 1. @returns ends the connection without reading an answer */
function begin({ port }: EdgeWorker): () => void {
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET /v2/pause/blobs/${digest(1)} HTTP/1.1\r\nHost: x\r\n\r\n`);
  return () => socket.destroy();
}

describe('requests on the edge wait for no other request', LIMIT, () => {
  test('a client that leaves in the middle of a check harms no other one', LIMIT, async () => {
    await using store = await startHeldStore();
    await using worker = await startEdge(withStore(store.url, PATIENT));
    const leave = begin(worker);
    await store.got(1);
    const staying = pull(worker.port, 1);
    // It asks the store itself, although a check for the same blob is under way.
    await store.got(2);
    leave();
    store.answer(1);
    assert.equal((await staying).location, `${store.url}/${digest(1)}`);
    assert.equal((await pull(worker.port, 1)).location, `${store.url}/${digest(1)}`);
    assert.equal(store.held.length, 2);
    assert.doesNotMatch(worker.log.join(''), CROSSED);
  });

  test('the check of a client that left goes on, and is learned', LIMIT, async () => {
    await using store = await startHeldStore();
    await using worker = await startEdge(withStore(store.url, IMPATIENT));
    const leave = begin(worker);
    await store.got(1);
    leave();
    store.answer(0);
    // Later checks are never answered: what is known comes from the first.
    await until('the answer is known', async () => {
      const { location } = await pull(worker.port, 1);
      return location === `${store.url}/${digest(1)}`;
    });
    assert.doesNotMatch(worker.log.join(''), CROSSED);
  });

  test('an answer that comes after the budget is learned', LIMIT, async () => {
    await using store = await startHeldStore();
    await using worker = await startEdge(withStore(store.url, IMPATIENT));
    assert.equal((await pull(worker.port, 1)).location, UPSTREAM);
    store.answer(0);
    await until('the late answer is known', async () => {
      const { location } = await pull(worker.port, 1);
      return location === `${store.url}/${digest(1)}`;
    });
    assert.doesNotMatch(worker.log.join(''), CROSSED);
  });

  test('many requests for one cold blob each ask, and all get the store', LIMIT, async () => {
    await using store = await startHeldStore();
    await using worker = await startEdge(withStore(store.url, PATIENT));
    const pulls = Array.from({ length: 20 }, () => pull(worker.port, 1));
    await store.got(20);
    for (let check = 19; check >= 0; check--) store.answer(check);
    assert.deepEqual(
      new Set((await Promise.all(pulls)).map(({ location }) => location)),
      new Set([`${store.url}/${digest(1)}`]),
    );
    assert.doesNotMatch(worker.log.join(''), CROSSED);
  });
});
