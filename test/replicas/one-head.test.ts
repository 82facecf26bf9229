import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RUNTIMES } from '../parts/archeio-process.ts';
import { startStore, type StoreServer } from '../parts/store-server.ts';
import { until } from '../processes/several-processes.ts';
import { digest, pull } from '../serving/configurations.ts';
import { coldBlob } from './cold-load.ts';
import { startRedis, WITHOUT_REDIS } from './redis-server.ts';
import { sharing, startReplicas } from './replicas.ts';

/** The number of processes that ask at the same moment. */
const PROCESSES = 8;

/** A busy machine must not look like a slow store: a lease lasts for 0.4 of the budget. */
const PATIENT = { budget: '30s', timeout: '60s' } as const;

/** The HEADs of a blob that reach the store, which holds back its answers. Canaries read other blobs with GET. */
function holdBack(store: StoreServer, number: number) {
  const held: (() => void)[] = [];
  let asked = 0;
  store.behave(({ method, url }, response) => {
    const answer = (): void => void response.writeHead(200, { 'Content-Length': 4 }).end('blob');
    if (method !== 'HEAD' || url !== `/${digest(number)}`) {
      answer();
      return;
    }
    asked++;
    held.push(answer);
  });
  return {
    asked: () => asked,
    release: () => {
      for (const answer of held.splice(0)) answer();
    },
  };
}

for (const runtime of RUNTIMES) {
  describe(`many processes ask for a cold blob: ${runtime}`, { skip: WITHOUT_REDIS }, () => {
    test(
      `${PROCESSES} processes ask at the same moment, and one HEAD reaches the store`,
      { timeout: 240_000 },
      async () => {
        await using redis = await startRedis();
        await using store = await startStore();
        const source = sharing(store.url, redis.url, PATIENT);
        await using replicas = await startReplicas(runtime, PROCESSES, source);
        for (let round = 0; round < 5; round++) {
          const number = coldBlob();
          const held = holdBack(store, number);
          const pulls = replicas.all.map(({ port }) => pull(port, number));
          await until('the store is asked', () => held.asked() > 0);
          // All others have found the lease, and wait.
          await new Promise((resolve) => setTimeout(resolve, 500));
          held.release();
          const answers = await Promise.all(pulls);
          assert.deepEqual(
            answers.map(({ location }) => location),
            answers.map(() => `${store.url}/${digest(number)}`),
          );
          assert.equal(held.asked(), 1);
        }
      },
    );

    test(
      'the one that asks is killed: another takes its place, and every pull is answered in time',
      { timeout: 120_000 },
      async () => {
        await using redis = await startRedis();
        await using store = await startStore();
        const budget = 10_000;
        const source = sharing(store.url, redis.url, { budget: `${budget}ms`, timeout: '60s' });
        await using replicas = await startReplicas(runtime, 4, source);
        const [holder, ...others] = replicas.all;
        const number = coldBlob();
        const held = holdBack(store, number);
        const lost = pull(holder.port, number).catch(() => undefined);
        await until('the store is asked', () => held.asked() === 1);
        const pulls = others.map(({ port }) => pull(port, number));
        await new Promise((resolve) => setTimeout(resolve, 300));
        assert.equal(held.asked(), 1);
        holder.signal('SIGKILL');
        await lost;
        await until('the store is asked again', () => held.asked() > 1);
        held.release();
        for (const { status, location, waited } of await Promise.all(pulls)) {
          assert.deepEqual([status, location], [307, `${store.url}/${digest(number)}`]);
          assert.ok(waited < budget, `${waited} ms`);
        }
        assert.equal(held.asked(), 2);
      },
    );
  });
}
