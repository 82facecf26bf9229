import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { noSignalsHeld, releaseSignals, takeSignals } from './held-signals.ts';

const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;

/** A process that holds signals. */
function holding() {
  const received: NodeJS.Signals[] = [];
  const hold = (signal: NodeJS.Signals): void => void received.push(signal);
  const killed: unknown[] = [];
  const process = Object.assign(new EventEmitter(), {
    pid: 7,
    kill: (pid: number, signal: NodeJS.Signals) => killed.push([pid, signal]),
  });
  for (const signal of SIGNALS) process.on(signal, hold);
  return { held: { signals: SIGNALS, received, hold }, process, killed };
}

test('handles signals that have arrived first, then later ones, each once and by one handler', () => {
  const { held, process } = holding();
  const handled: string[] = [];
  process.emit('SIGHUP', 'SIGHUP');
  process.emit('SIGTERM', 'SIGTERM');
  takeSignals(held, process, (signal) => handled.push(signal));
  process.emit('SIGINT', 'SIGINT');
  assert.deepEqual(handled, ['SIGHUP', 'SIGTERM', 'SIGINT']);
  for (const signal of SIGNALS) assert.equal(process.listenerCount(signal), 1);
});

test('resends signals with their default action for a command that does not handle them', async () => {
  const { held, process, killed } = holding();
  process.emit('SIGHUP', 'SIGHUP');
  const released = releaseSignals(held, process);
  process.emit('SIGTERM', 'SIGTERM');
  await released;
  for (const signal of SIGNALS) assert.equal(process.listenerCount(signal), 0);
  assert.deepEqual(killed, [
    [7, 'SIGHUP'],
    [7, 'SIGTERM'],
  ]);
});

test('handles later signals in a process that held none', () => {
  const process = Object.assign(new EventEmitter(), { pid: 7, kill: () => undefined });
  const handled: string[] = [];
  const held = noSignalsHeld();
  held.hold('SIGHUP');
  takeSignals(held, process, (signal) => handled.push(signal));
  for (const signal of SIGNALS) process.emit(signal, signal);
  assert.deepEqual(handled, SIGNALS);
});
