import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../platform/log.ts';
import { ServiceManager } from './service-manager.ts';

/** A service manager whose program fails for as long as `failure` is set. */
function manager(environment: Record<string, string>) {
  const told: string[] = [];
  const warnings: string[] = [];
  const state: { failure: Error | undefined } = { failure: undefined };
  const log = createLog(
    'warn',
    (line) => warnings.push(line),
    () => 0,
  );
  const serviceManager = new ServiceManager(environment, log, (program, args) => {
    if (state.failure !== undefined) return Promise.reject(state.failure);
    told.push([program, ...args].join(' '));
    return Promise.resolve();
  });
  return { serviceManager, told, warnings, state };
}

test('tells the service manager that the server is ready, then that it stops', async () => {
  const { serviceManager, told } = manager({ NOTIFY_SOCKET: '/run/notify' });
  void serviceManager.ready('serving');
  await serviceManager.stopping('done soon');
  assert.deepEqual(told, [
    'systemd-notify READY=1 STATUS=serving',
    'systemd-notify STOPPING=1 STATUS=done soon',
  ]);
});

test('without a service manager it starts nothing', async () => {
  for (const environment of [{}, { NOTIFY_SOCKET: '' }]) {
    const { serviceManager, told } = manager(environment);
    await serviceManager.ready('serving');
    assert.deepEqual(told, []);
  }
});

test('a program that is missing or fails is a warning, and the next message is sent all the same', async () => {
  const { serviceManager, told, warnings, state } = manager({ NOTIFY_SOCKET: '/run/notify' });
  state.failure = Object.assign(new Error('spawn systemd-notify ENOENT'), { code: 'ENOENT' });
  await serviceManager.ready('serving');
  assert.equal(warnings.length, 1);
  assert.match(warnings[0], /"level":"warn","event":"service-manager-not-told","message":"[^"]+"/);
  state.failure = undefined;
  await serviceManager.stopping('done soon');
  assert.deepEqual(told, ['systemd-notify STOPPING=1 STATUS=done soon']);
});
