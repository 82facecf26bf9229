import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ConfigurationSource, parseConfiguration } from '@archeio/configuration';
import { settlePromises } from '@archeio/presence/testing';
import { createPresigner } from '../backends/signing/presigner.ts';
import { assembled, blob, incoming, PRESENT, SOURCE } from './testing/assembled.ts';
import { loneWorker } from './testing/lone-worker.ts';

// This file has a process of its own.
process.env['AWS_ACCESS_KEY_ID'] = 'AKIDEXAMPLE';
process.env['AWS_SECRET_ACCESS_KEY'] = 'secret';
process.env['AWS_EC2_METADATA_DISABLED'] = 'true';

/** One private bucket, its credentials from the environment or from a profile that there is not. */
const privately = (profile?: string, check: 'head' | 'range' = 'head'): ConfigurationSource => ({
  ...SOURCE,
  stores: [
    {
      name: 'private',
      url: 'https://bucket.s3.eu-west-3.amazonaws.com',
      key: '{digest}',
      check,
      default: true,
      presign: { region: 'eu-west-3', ...(profile !== undefined && { profile }) },
      public: true,
    },
  ],
});

test('redirects to a private bucket are signed, and so are the checks of it', async () => {
  for (const check of ['head', 'range'] as const) {
    const { worker, serve, checkers } = loneWorker();
    await serve(1, privately(undefined, check));
    checkers[0].answers.set('https://bucket', PRESENT);
    const decide = async (method: string) =>
      worker.serving.handler.decide(incoming(blob(1), undefined, method));
    // The first is signed on the spot, and the next by memory; HEAD and GET are signed each for itself.
    for (const method of ['GET', 'GET', 'HEAD', 'HEAD']) {
      const { backend, location } = await decide(method);
      assert.equal(backend?.name, 'private');
      assert.match(location ?? '', /[?&]X-Amz-Signature=[0-9a-f]{64}/);
    }
    assert.equal(checkers[0].asked.length, 1);
    assert.match(checkers[0].asked[0].url, /X-Amz-Signature/);
    await worker.close(0);
  }
});

test('a private bucket without credentials is passed over, and not asked', async () => {
  const { worker, serve, pull, checkers, clock } = loneWorker();
  await serve(1, privately('nobody'));
  assert.equal(await pull(1), 'upstream');
  const [store] = worker.serving.policy.stores;
  await worker.serving.states.ask([store], blob(1));
  assert.equal(await pull(1), 'upstream');
  assert.deepEqual(checkers[0].asked, []);
  // Another configuration of the bucket is another presigner; the same one keeps it.
  const { presigner } = worker.serving;
  await serve(2, privately('nobody'));
  assert.equal(worker.serving.presigner, presigner);
  await serve(3, privately());
  assert.notEqual(worker.serving.presigner, presigner);
  checkers[0].answers.set('https://bucket', PRESENT);
  await clock.advance(20_000);
  assert.equal(await pull(2), 'private');
  await worker.close(0);
});

test('reading the condition of a store with presigned URLs starts no credential refresh; signing does', async () => {
  let now = 0;
  let refreshes = 0;
  const source = privately();
  const presigner = await createPresigner(parseConfiguration(source).stores, {
    // The process is frozen: its timers do not run.
    clock: { now: () => now, after: () => () => undefined },
    timeOfDay: () => now,
    credentials: () => () => {
      refreshes++;
      const expiration = new Date(now + 120_000);
      return Promise.resolve({ accessKeyId: 'A', secretAccessKey: 'S', expiration });
    },
  });
  const { states, policy } = assembled(source, presigner);
  const [store] = policy.stores;
  assert.equal(states.condition(store), 'up');
  now = 120_000;
  assert.equal(states.condition(store), 'down');
  assert.equal(states.signingTrouble(store), 'the credentials have expired');
  await settlePromises();
  assert.equal(refreshes, 1);
  assert.equal(await states.sign(store, 'https://bucket/blob', 'GET'), undefined);
  await settlePromises();
  assert.equal(refreshes, 2);
  assert.equal(states.condition(store), 'up');
});
