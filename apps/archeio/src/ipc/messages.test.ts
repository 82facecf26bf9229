import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isToSupervisor,
  isToWorker,
  type ToSupervisor,
  type ToWorker,
  worthOfToSupervisor,
  worthOfToWorker,
} from './messages.ts';

test('an object with a kind is a message; anything else that a runtime sends is not', () => {
  for (const isMessage of [isToSupervisor, isToWorker]) {
    assert.equal(isMessage({ kind: 'up' }), true);
    for (const other of [null, undefined, 'up', 1, {}, { cmd: 'NODE_x' }])
      assert.equal(isMessage(other), false);
  }
});

const message = (kind: string, more: object = {}) => ({ kind, ...more }) as ToSupervisor & ToWorker;

test('for a worker that does not read, only findings are dropped, and states are replaced', () => {
  assert.equal(worthOfToWorker(message('found')), 'drop');
  for (const [each, latest] of [
    [message('conditions', { generation: 3 }), 'conditions 3'],
    [message('tryAgain', { generation: 3, backend: 1 }), 'tryAgain 3 1'],
    [message('repositories', { registry: 'k8s' }), 'repositories k8s'],
    [message('inventory', { sent: { id: 'x' } }), 'inventory x'],
    [message('impaired'), 'impaired'],
  ] as const)
    assert.deepEqual(worthOfToWorker(each), { latest });
  for (const kind of [
    'part',
    'prepare',
    'use',
    'listen',
    'explain',
    'report',
    'close',
    'announceStop',
    'eventsTaken',
  ])
    assert.equal(worthOfToWorker(message(kind)), 'keep');
});

test('for a supervisor that does not read, observations are dropped, answers never', () => {
  for (const kind of ['observed', 'found', 'noticed'])
    assert.equal(worthOfToSupervisor(message(kind)), 'drop');
  assert.deepEqual(worthOfToSupervisor(message('wantsTrial', { generation: 3, backend: 1 })), {
    latest: 'wantsTrial 3 1',
  });
  for (const kind of ['answer', 'report', 'failure', 'up', 'events'])
    assert.equal(worthOfToSupervisor(message(kind)), 'keep');
});
