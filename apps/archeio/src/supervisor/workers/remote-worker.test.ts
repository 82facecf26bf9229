import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isSystemError } from '@archeio/plain-errors';
import { settlePromises } from '@archeio/presence/testing';
import { GatheredConfiguration } from '@archeio/configuration';
import { EMPTY_SNAPSHOT } from '../../metrics/metrics-snapshot.ts';
import type { Upkeep } from '../../ipc/channel.ts';
import type { ToSupervisor, ToWorker } from '../../ipc/messages.ts';
import { UNREAD, WAITING } from '../../ipc/outbox.ts';
import type { BackendObservation, SupervisorPort, Notice } from '../../ipc/ports.ts';
import { WorkerEnded } from '../supervisor.ts';
import { RemoteWorker } from './remote-worker.ts';
import { RANGES, withStores } from '../testing/supervisor-rig.ts';

const GENERATION = { number: 3, configuration: withStores('a'), ranges: RANGES };
const REPORT = {
  pid: 7,
  metrics: EMPTY_SNAPSHOT,
  presence: { entries: 1, evictions: 0, inFlight: {} },
};
const QUERY = { path: '/v2/', address: { family: 4, value: 0 }, method: 'GET', host: 'x' } as never;

/** A worker, the messages sent to its process, and the calls that its supervisor received. */
function remote() {
  const sent: (ToWorker | Upkeep)[] = [];
  const heard: unknown[] = [];
  const worker = new RemoteWorker((message) => sent.push(message));
  const supervisor: SupervisorPort = {
    observed: (observation) => heard.push(observation),
    found: (findings) => heard.push(findings),
    noticed: (notice) => heard.push(notice),
    wantsTrial: (generation, backend) => heard.push([generation, backend]),
    events: (batch) => heard.push(batch),
  };
  const receive = (message: ToSupervisor | Upkeep): void => worker.receive(message, supervisor);
  const idOf = (index: number): number => {
    const message = sent[index];
    assert.ok('id' in message);
    return message.id;
  };
  return {
    worker,
    sent,
    heard,
    receive,
    idOf,
    /** Answers calls from this one on until no more come. */
    answerFrom: async (index: number): Promise<void> => {
      for (let at = index; at < sent.length; at++) {
        if (!('id' in sent[at])) continue;
        receive({ kind: 'answer', id: idOf(at), value: undefined });
        await settlePromises();
      }
    },
  };
}

describe('a call', () => {
  test('is answered by its own answer, in whatever order they come', async () => {
    const { worker, sent, receive, idOf } = remote();
    const calls = [
      worker.use(2),
      worker.use(3),
      worker.listen('::', 8080),
      worker.listenForRedirects({ host: '::', port: 80, to: 443, challenges: undefined }),
      worker.explain(QUERY),
      worker.close(5),
      worker.close(5),
      worker.report(),
    ];
    assert.deepEqual(
      sent.map(({ kind }) => kind),
      ['use', 'use', 'listen', 'listenForRedirects', 'explain', 'close', 'close', 'report'],
    );
    assert.equal(new Set(sent.map((_, index) => idOf(index))).size, calls.length);
    receive({ kind: 'up' });
    receive({ kind: 'report', id: idOf(7), report: REPORT });
    for (const [index, value] of [
      [6, 'cut'],
      [5, 'finished'],
      [4, 'because'],
      [3, 80],
      [2, 8080],
      [1, undefined],
      [0, undefined],
    ] as const)
      receive({ kind: 'answer', id: idOf(index), value });
    assert.deepEqual(await Promise.all(calls), [
      undefined,
      undefined,
      8080,
      80,
      'because',
      'finished',
      'cut',
      REPORT,
    ]);
    // An answer without a pending call has no effect.
    receive({ kind: 'answer', id: 99, value: 1 });
    receive({ kind: 'failure', id: 99, message: '', system: undefined });
    receive({ kind: 'report', id: 99, report: REPORT });
  });

  const IN_USE = { code: 'EADDRINUSE', syscall: 'bind' };

  test('fails with the error of the process', async () => {
    const { worker, receive, idOf } = remote();
    const [listened, prepared] = [worker.listen('::', 80), worker.prepare(GENERATION)];
    receive({ kind: 'failure', id: idOf(0), message: 'taken', system: IN_USE });
    receive({ kind: 'failure', id: idOf(1), message: 'cannot', system: undefined });
    await assert.rejects(listened, { message: 'taken', ...IN_USE });
    await assert.rejects(prepared, (error) => !isSystemError(error));
  });

  test('in progress or later fails once the process has ended', async () => {
    const { worker, receive, idOf } = remote();
    const calls = [worker.prepare(GENERATION), worker.report()];
    worker.ended();
    calls.push(worker.use(3), worker.report());
    for (const call of calls) await assert.rejects(call, WorkerEnded);
    receive({ kind: 'answer', id: idOf(0), value: undefined });
    await settlePromises();
  });
});

describe('a generation', () => {
  test('is sent in parts, each answered before the next, which make up its configuration', async () => {
    const { worker, sent, answerFrom } = remote();
    const configuration = withStores(...Array.from({ length: 250 }, (_, at) => `s${at}`));
    const prepared = worker.prepare({ ...GENERATION, configuration });
    assert.equal(sent.length, 1);
    await answerFrom(0);
    await prepared;
    const gathered = new GatheredConfiguration();
    const parts = sent.slice(0, -1).map((message) => {
      assert.ok(message.kind === 'part');
      gathered.add(structuredClone(message.part));
      return message.part.kind;
    });
    assert.deepEqual(parts, ['rest', 'registries', 'stores', 'stores', 'stores']);
    assert.deepEqual(gathered.whole, configuration);
    const last = sent.at(-1);
    assert.ok(last?.kind === 'prepare');
    assert.deepEqual(last.generation, { number: 3, ranges: RANGES });
  });

  test('that is prepared again sends no part of the previous attempt', async () => {
    const { worker, sent, receive, idOf, answerFrom } = remote();
    const given = worker.prepare(GENERATION);
    const again = worker.prepare(GENERATION);
    receive({ kind: 'answer', id: idOf(0), value: undefined });
    await assert.rejects(given, /generation 3 is no longer wanted/);
    await answerFrom(1);
    await again;
    assert.deepEqual(
      sent.map((message) => (message.kind === 'part' ? message.part.kind : message.kind)),
      ['rest', 'rest', 'registries', 'stores', 'prepare'],
    );
  });
});

test('calls without an answer are sent unchanged', () => {
  const { worker, sent } = remote();
  const findings = [{ at: 'store', identity: 'x', key: 'k', state: 'absent', size: -1 }] as const;
  worker.conditions(3, Uint8Array.of(1, 2));
  worker.found(findings);
  worker.tryAgain(3, 1);
  worker.repositories('k8s', ['pause']);
  const inventory = { id: 'x', bytes: null, usableFor: 0 };
  worker.inventory(inventory);
  worker.eventsTaken();
  const certificate = { chain: 'c', key: 'k' };
  worker.certificate(certificate);
  worker.announceStop();
  worker.impaired(true);
  assert.deepEqual(sent, [
    { kind: 'conditions', generation: 3, conditions: Uint8Array.of(1, 2) },
    { kind: 'found', findings },
    { kind: 'tryAgain', generation: 3, backend: 1 },
    { kind: 'repositories', registry: 'k8s', names: ['pause'] },
    { kind: 'inventory', sent: inventory },
    { kind: 'eventsTaken' },
    { kind: 'certificate', certificate },
    { kind: 'announceStop' },
    { kind: 'impaired', impaired: true },
  ]);
});

test('messages of the process reach the supervisor', () => {
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
  const batch = { lines: '{}\n', events: 1, dropped: 0 };
  receive({ kind: 'events', batch });
  assert.deepEqual(heard, [observation, [], notice, [1, 2], batch]);
});

describe('a worker that does not answer', () => {
  test('is reported after 3 s, and is to be killed after 10 s', () => {
    const { worker, sent, receive } = remote();
    receive({ kind: 'up' });
    const turns = Array.from({ length: 11 }, () => worker.second());
    assert.deepEqual(turns.slice(-2), ['wait', 'end']);
    assert.equal(worker.answering, false);
    assert.equal(worker.silentSeconds, 10);
    assert.deepEqual(sent, [{ kind: 'ping', count: 1 }]);
    receive({ kind: 'pong', count: 0 });
    assert.equal(worker.answering, true);
    assert.equal(worker.second(), 'wait');
  });

  test('has 30 s while it prepares a generation or switches to it', async () => {
    for (const call of ['prepare', 'use'] as const) {
      const { worker, sent, receive, answerFrom } = remote();
      receive({ kind: 'up' });
      const called = call === 'prepare' ? worker.prepare(GENERATION) : worker.use(3);
      assert.deepEqual(
        sent.map(({ kind }) => kind),
        ['ping', call === 'prepare' ? 'part' : 'use'],
        'a sign of life first: one that has been frozen before has 10 s',
      );
      receive({ kind: 'pong', count: 0 });
      const turns = Array.from({ length: 31 }, () => worker.second());
      assert.deepEqual(turns.slice(-2), ['wait', 'end']);
      await answerFrom(1);
      await called;
      receive({ kind: 'pong', count: 0 });
      assert.equal(Array.from({ length: 11 }, () => worker.second()).at(-1), 'end');
    }
  });

  test('has 30 s to start', () => {
    const { worker, sent } = remote();
    assert.equal(Array.from({ length: 30 }, () => worker.second()).at(-1), 'end');
    assert.deepEqual(sent, []);
  });

  test('costs bounded memory: findings are dropped and counted, reports share one request', async () => {
    const { worker, sent, receive } = remote();
    const reports = [worker.report(), worker.report()];
    for (let at = 0; at < 50_000; at++) {
      worker.found([]);
      worker.conditions(3, Uint8Array.of(at % 2));
      worker.tryAgain(3, at % 5);
      worker.repositories('k8s', ['pause']);
      worker.inventory({ id: 'x', bytes: null, usableFor: at });
      worker.impaired(false);
      worker.certificate({ chain: String(at), key: '' });
      reports.push(worker.report());
    }
    assert.equal(sent.length, UNREAD);
    const found = sent.filter(({ kind }) => kind === 'found').length;
    assert.equal(worker.dropped, 50_000 - found - WAITING);
    assert.equal(sent.filter(({ kind }) => kind === 'report').length, 1);
    receive({ kind: 'report', id: 1, report: REPORT });
    assert.ok((await Promise.all(reports)).every((report) => report === REPORT));
  });
});
