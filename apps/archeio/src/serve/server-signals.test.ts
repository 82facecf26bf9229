import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerSignals } from './server-signals.ts';

test('several SIGHUPs during the start are one reload afterwards, and each later one is a reload', () => {
  const signals = new ServerSignals();
  let reloads = 0;
  for (let at = 0; at < 5; at++) signals.receive('SIGHUP');
  signals.onReload(() => reloads++);
  assert.equal(reloads, 1);
  signals.receive('SIGHUP');
  signals.receive('SIGHUP');
  assert.equal(reloads, 3);
});

test('without one during the start there is no reload', () => {
  const signals = new ServerSignals();
  signals.onReload(() => assert.fail('reloaded'));
});

test('SIGTERM and SIGINT request the stop, even before anything waits for it', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const signals = new ServerSignals();
    assert.equal(signals.stopping, false);
    signals.receive(signal);
    assert.equal(signals.stopping, true);
    assert.equal(await signals.stop, signal);
  }
});

test('the first signal names the stop, and every later one hurries it as soon as possible', async () => {
  const signals = new ServerSignals();
  let hurried = 0;
  signals.receive('SIGTERM');
  signals.receive('SIGINT');
  signals.onSecondStop(() => hurried++);
  assert.equal(hurried, 1);
  signals.receive('SIGTERM');
  assert.equal(hurried, 2);
  assert.equal(await signals.stop, 'SIGTERM');
  const once = new ServerSignals();
  once.receive('SIGTERM');
  once.onSecondStop(() => assert.fail('hurried by the first one'));
});

test('a stopping server does not reload', () => {
  const signals = new ServerSignals();
  signals.receive('SIGHUP');
  signals.receive('SIGTERM');
  signals.onReload(() => assert.fail('reloaded'));
  signals.receive('SIGHUP');
});
