import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { settlePromises } from '@archeio/presence/testing';
import { EMPTY_SNAPSHOT } from '../metrics/metrics-snapshot.ts';
import type { ToHub, ToWorker } from '../worker/messages.ts';
import type { BackendObservation, HubPort, Notice } from '../worker/ports.ts';
import { WorkerEnded } from './hub.ts';
import { RemoteWorker } from './remote-worker.ts';
import { RANGES, withStores } from './testing/hub-rig.ts';

const GENERATION = { number: 3, configuration: withStores('a'), ranges: RANGES };
const REPORT = {
  pid: 7,
  metrics: EMPTY_SNAPSHOT,
  presence: { entries: 1, evictions: 0, inFlight: {} },
};
const QUERY = { path: '/v2/', address: { family: 4, value: 0 }, method: 'GET', host: 'x' } as never;

/** A worker, what was sent to its process, and what its hub heard. */
function remote() {
  const sent: ToWorker[] = [];
  const heard: unknown[] = [];
  const worker = new RemoteWorker((message) => sent.push(message));
  const hub: HubPort = {
    observed: (observation) => heard.push(observation),
    found: (findings) => heard.push(findings),
    noticed: (notice) => heard.push(notice),
    wantsTrial: (generation, backend) => heard.push([generation, backend]),
  };
  return {
    worker,
    sent,
    heard,
    receive: (message: ToHub) => worker.receive(message, hub),
    idOf: (index: number): number => {
      const message = sent[index];
      assert.ok('id' in message);
      return message.id;
    },
  };
}

describe('a call', () => {
  test('is answered by its own answer, in whatever order they come', async () => {
    const { worker, sent, receive, idOf } = remote();
    const calls = [
      worker.prepare(GENERATION),
      worker.use(3),
      worker.listen('::', 8080),
      worker.explain(QUERY),
      worker.close(5),
      worker.close(5),
      worker.report(),
    ];
    assert.deepEqual(
      sent.map(({ kind }) => kind),
      ['prepare', 'use', 'listen', 'explain', 'close', 'close', 'report'],
    );
    assert.equal(new Set(sent.map((_, index) => idOf(index))).size, calls.length);
    receive({ kind: 'up' });
    receive({ kind: 'report', id: idOf(6), report: REPORT });
    for (const [index, value] of [
      [5, 'cut'],
      [4, 'finished'],
      [3, 'because'],
      [2, 8080],
      [1, undefined],
      [0, undefined],
    ] as const)
      receive({ kind: 'answer', id: idOf(index), value });
    assert.deepEqual(await Promise.all(calls), [
      undefined,
      undefined,
      8080,
      'because',
      'finished',
      'cut',
      REPORT,
    ]);
    // An answer that nobody waits for changes nothing.
    receive({ kind: 'answer', id: 99, value: 1 });
    receive({ kind: 'failure', id: 99, message: '', code: undefined });
    receive({ kind: 'report', id: 99, report: REPORT });
  });

  test('fails as it failed there', async () => {
    const { worker, receive, idOf } = remote();
    const [listened, prepared] = [worker.listen('::', 80), worker.prepare(GENERATION)];
    receive({ kind: 'failure', id: idOf(0), message: 'taken', code: 'EADDRINUSE' });
    receive({ kind: 'failure', id: idOf(1), message: 'cannot', code: undefined });
    await assert.rejects(listened, { message: 'taken', code: 'EADDRINUSE' });
    await assert.rejects(prepared, /cannot/);
  });

  test('that is under way, or made later, fails once the process has ended', async () => {
    const { worker, receive, idOf } = remote();
    const calls = [worker.prepare(GENERATION), worker.report()];
    worker.ended();
    calls.push(worker.use(3), worker.report());
    for (const call of calls) await assert.rejects(call, WorkerEnded);
    receive({ kind: 'answer', id: idOf(0), value: undefined });
    await settlePromises();
  });
});

test('what needs no answer is sent as it is', () => {
  const { worker, sent } = remote();
  const findings = [{ at: 'store', identity: 'x', key: 'k', state: 'absent', size: -1 }] as const;
  worker.conditions(3, Uint8Array.of(1, 2));
  worker.found(findings);
  worker.tryAgain(3, 1);
  worker.repositories('k8s', ['pause']);
  const inventory = { id: 'x', bytes: null, usableFor: 0 };
  worker.inventory(inventory);
  worker.announceStop();
  assert.deepEqual(sent, [
    { kind: 'conditions', generation: 3, conditions: Uint8Array.of(1, 2) },
    { kind: 'found', findings },
    { kind: 'tryAgain', generation: 3, backend: 1 },
    { kind: 'repositories', registry: 'k8s', names: ['pause'] },
    { kind: 'inventory', sent: inventory },
    { kind: 'announceStop' },
  ]);
});

test('what the process says reaches the hub', () => {
  const { receive, heard } = remote();
  const observation: BackendObservation = {
    generation: 1,
    backend: 0,
    observation: 'answer',
    subject: 'k',
    saw: 'status 200',
  };
  const notice: Notice = { generation: 1, considered: [0], present: [] };
  receive({ kind: 'observed', observation });
  receive({ kind: 'found', findings: [] });
  receive({ kind: 'noticed', notice });
  receive({ kind: 'wantsTrial', generation: 1, backend: 2 });
  assert.deepEqual(heard, [observation, [], notice, [1, 2]]);
});
