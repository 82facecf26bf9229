import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackendHealth } from '@archeio/backend-health';
import { ManualClock } from '@archeio/presence/testing';
import { type StoreClient, TimedChecker } from '../../backends/client/timed-checker.ts';
import { createLog } from '../../platform/log.ts';
import { HealthProbes } from './health-probes.ts';
import { proberOver } from './prober.ts';
import { EVERY, HEALTH_OPTIONS, stores } from './testing/probing.ts';

/** Never answers, and rejects when the signal aborts. */
function silent<Answer>(signal: AbortSignal): Promise<Answer> {
  return new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(new Error('aborted'))),
  );
}

const SILENT: StoreClient = {
  ask: (_url, _method, signal) => silent(signal),
  read: (_url, _bytes, signal) => silent(signal),
  close: () => undefined,
};

function probing() {
  const clock = new ManualClock();
  const health = new BackendHealth(3, HEALTH_OPTIONS);
  const probes = new HealthProbes({
    backends: stores(3),
    health,
    probed: (backend, outcome) => void health.probed(backend, outcome, clock.now()),
    prober: proberOver(new TimedChecker(SILENT, 2000, clock), 65_536),
    every: EVERY,
    clock,
    random: () => 0.5,
    log: createLog('error', assert.fail, () => 0),
    wasUsed: () => true,
    recentlyPresent: () => 'sha256:x',
    forget: () => assert.fail('nothing is to be forgotten'),
    configuredProbe: () => undefined,
    urlOf: (store) => `https://${store}.example/`,
  });
  return { clock, health, probes };
}

test('a process that was frozen ejects no backend', async () => {
  const { clock, health, probes } = probing();
  await clock.advance(EVERY / 2);
  for (let sleep = 0; sleep < 50; sleep++) {
    await clock.thawAfter(EVERY);
    probes.runDue(clock.now());
    await clock.advance(0);
    assert.deepEqual(health.states(clock.now()), ['up', 'up', 'up']);
    assert.equal(health.canaryFailed(0), false);
  }
});

test('the same silence ejects all backends if the process was awake', async () => {
  const { clock, health } = probing();
  await clock.advance(2 * EVERY);
  assert.deepEqual(health.states(clock.now()), ['down', 'down', 'down']);
});
