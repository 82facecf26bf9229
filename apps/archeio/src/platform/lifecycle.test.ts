import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lifecycle } from './lifecycle.ts';

test('health checks by phase', () => {
  const lifecycle = new Lifecycle();
  const healthy = () =>
    (['livez', 'startupz', 'readyz', 'healthz'] as const).filter((check) =>
      lifecycle.healthy(check),
    );
  assert.deepEqual(healthy(), ['livez']);
  lifecycle.ready();
  assert.deepEqual(healthy(), ['livez', 'startupz', 'readyz', 'healthz']);
  lifecycle.impaired = true;
  assert.deepEqual(healthy(), ['livez', 'startupz'], 'while a part of all connections hangs');
  lifecycle.impaired = false;
  assert.deepEqual(healthy(), ['livez', 'startupz', 'readyz', 'healthz']);
  lifecycle.stopping();
  assert.deepEqual(healthy(), ['livez', 'startupz']);
  lifecycle.ready();
  assert.deepEqual(healthy(), ['livez', 'startupz']);
});
