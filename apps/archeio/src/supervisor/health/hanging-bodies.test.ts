import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { BackendHealth, type HealthChange } from '@archeio/backend-health';
import {
  createStoreChecker,
  type StoreCheckerOptions,
} from '../../backends/client/create-store-checker.ts';
import { observationOf } from '@archeio/content-checks';
import { rawStore } from '../../backends/client/testing/fake-store.ts';
import { remoteCheckers } from '../../backends/client/testing/remote-checker.ts';
import { MONOTONIC_CLOCK } from '@archeio/presence';
import { createLog } from '../../platform/log.ts';
import { HealthProbes } from './health-probes.ts';
import { proberOver } from './prober.ts';
import { HEALTH_OPTIONS } from './testing/probing.ts';

const bun = remoteCheckers(join(import.meta.dirname, '../../../../../node_modules/.bin/bun'));
after(() => bun[Symbol.asyncDispose]());

/** Answers HEAD from memory; bodies hang until the bucket is repaired. */
async function bucket() {
  const state = { mended: false };
  const store = await rawStore((socket) => {
    socket.on('data', (data) => {
      const body = 'x'.repeat(10);
      const isGet = data.toString().startsWith('GET');
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n');
      if (isGet) socket.write(state.mended ? body : body.slice(0, 3));
    });
  });
  return { store, state };
}

for (const [runtime, create] of [
  ['Node', createStoreChecker],
  ['Bun', (options: StoreCheckerOptions) => bun.create(options)],
] as const) {
  test(`a canary detects a bucket that answers HEAD while its bodies hang, and brings it back (${runtime})`, async () => {
    const { store, state } = await bucket();
    await using _ = store;
    const checker = create({ timeout: 30_000, userAgent: 'archeio/test' });
    const canaries = create({ timeout: 400, userAgent: 'archeio/test' });
    const health = new BackendHealth(1, HEALTH_OPTIONS);
    const changes: HealthChange[] = [];
    let changed = Promise.withResolvers<void>();
    const probes = new HealthProbes({
      backends: [{ kind: 'store', name: 'bucket' }],
      health,
      probed(backend, outcome) {
        const change = health.probed(backend, outcome, MONOTONIC_CLOCK.now());
        if (change === undefined) return;
        changes.push(change);
        changed.resolve();
      },
      prober: proberOver(canaries, 65_536),
      every: 500,
      clock: MONOTONIC_CLOCK,
      random: () => 0.5,
      log: createLog(
        'error',
        () => undefined,
        () => 0,
      ),
      wasUsed: () => true,
      recentlyPresent: () => 'sha256:seen',
      forget: () => assert.fail('nothing is to be forgotten'),
      configuredProbe: () => undefined,
      urlOf: (_store, digest) => `${store.origin}/${digest}`,
    });
    const head = async () => {
      const answer = await checker.check(`${store.origin}/a`, 'head');
      assert.deepEqual(answer, { kind: 'status', status: 200, size: 10 });
      health.observe(0, observationOf(answer), 'a', MONOTONIC_CLOCK.now());
      return health.state(0, MONOTONIC_CLOCK.now());
    };
    assert.equal(await head(), 'up');
    // The application's timers do not keep the process alive, so the test must.
    const alive = setInterval(() => undefined, 1000);
    await changed.promise;
    for (let times = 0; times < 10; times++) assert.equal(await head(), 'down');
    changed = Promise.withResolvers();
    state.mended = true;
    await changed.promise;
    clearInterval(alive);
    assert.equal(await head(), 'up');
    assert.deepEqual(
      changes.map(({ why }) => why),
      ['canary-failed', 'canary-passed'],
    );
    probes.stop();
    checker.close();
  });
}
