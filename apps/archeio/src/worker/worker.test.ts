import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { settlePromises } from '@archeio/presence/testing';
import { type ConfigurationSource, parseConfiguration } from '@archeio/configuration';
import { blob, digest, incoming, PRESENT, SOURCE, UNAVAILABLE } from './testing/assembled.ts';
import { inventoryId } from '../backends/inventory/inventories.ts';
import { inventoryBytes } from '../backends/inventory/testing/inventory-bytes.ts';
import { loneWorker } from './testing/lone-worker.ts';

const OTHER_MEMORY: ConfigurationSource = { ...SOURCE, presence: { entries: 2000 } };

/** Stores that are other stores, and in another order. */
const MOVED: ConfigurationSource = {
  ...SOURCE,
  stores: [
    { name: 'new', url: 'https://new.example', key: '{digest}', near: [{ cloud: 'GCP' }] },
    ...(SOURCE.stores ?? []),
  ],
};

/** A store whose signer is looked for. */
const PRIVATE: ConfigurationSource = {
  ...SOURCE,
  stores: [
    {
      name: 'private',
      url: 'https://bucket.s3.eu-west-3.amazonaws.com',
      key: '{digest}',
      default: true,
      presign: { region: 'eu-west-3', profile: 'none' },
      public: true,
    },
  ],
};

const SIGNED: ConfigurationSource = {
  ...SOURCE,
  registries: [
    {
      name: 'k8s',
      upstreams: [{ name: 'upstream', url: 'https://upstream.example', path: 'images' }],
      signatures: { url: 'https://signatures.example', path: 'signed', fallback: true },
    },
  ],
  stores: [],
};

describe('a generation', () => {
  test('is served from its use on, and not before', async () => {
    const { worker, prepare } = loneWorker();
    assert.throws(() => worker.serving, /no generation is in use/);
    await prepare(1);
    assert.throws(() => worker.serving, /no generation is in use/);
    await worker.use(1);
    assert.equal(worker.serving.generation, 1);
    await prepare(2);
    assert.equal(worker.serving.generation, 1);
    await assert.rejects(worker.use(3), /generation 3 was not prepared/);
    assert.equal(worker.serving.generation, 1);
    await worker.use(2);
    await assert.rejects(worker.use(2), /was not prepared/);
    assert.equal(worker.serving.generation, 2);
  });

  test('that its supervisor has given up leaves nothing open, and does not take the place of a later one', async () => {
    const { worker, prepare, serve, checkers } = loneWorker();
    const refused = assert.rejects(prepare(1), /generation 1 is no longer wanted/);
    await prepare(1, MOVED);
    await refused;
    await worker.use(1);
    assert.equal(worker.serving.policy.stores[0].name, 'new');
    assert.deepEqual(
      checkers.map(({ closed }) => closed),
      [true, false],
    );
    // With a memory and a presigner that go on: those stay open.
    const given = assert.rejects(prepare(2, PRIVATE), /no longer wanted/);
    await serve(2, MOVED);
    await given;
    assert.equal(checkers[1].closed, false);
  });

  test('keeps what is known of a store that is the same, whatever its number', async () => {
    const { serve, pull, checkers } = loneWorker();
    await serve(1);
    checkers[0].answers.set('https://cdn.example', PRESENT);
    assert.equal(await pull(1), 'cdn');
    await serve(2, MOVED);
    assert.equal(await pull(1), 'cdn');
    assert.equal(checkers.length, 1);
    assert.equal(checkers[0].asked.length, 1);
    // Another key makes it another store.
    const rekeyed = MOVED.stores?.map((store) => ({ ...store, key: 'blobs/{digest}' }));
    await serve(3, { ...MOVED, stores: rekeyed ?? [] });
    assert.equal(await pull(1), 'cdn');
    assert.equal(checkers[0].asked.length, 2);
  });

  test('with another memory lets the checks of the previous memory finish', async () => {
    const { serve, clock, checkers, worker } = loneWorker();
    await serve(1);
    await serve(2, OTHER_MEMORY);
    assert.equal(checkers[0].closed, false);
    await clock.advance(60_000);
    assert.deepEqual(
      checkers.map(({ closed }) => closed),
      [true, false],
    );
    await worker.close(0);
    assert.equal(checkers[1].closed, true);
    assert.equal(clock.timers, 0);
  });

  test('regression: one that was prepared and is used by nobody leaves nothing open', async () => {
    const { serve, prepare, checkers, worker } = loneWorker();
    await serve(1);
    await prepare(2, OTHER_MEMORY);
    await prepare(3);
    assert.deepEqual(
      checkers.map(({ closed }) => closed),
      [false, true],
    );
    await worker.use(3);
    assert.equal(worker.serving.generation, 3);
    assert.equal(checkers[0].closed, false);
  });

  test('has its own conditions, before and after its use', async () => {
    const { worker, serve, prepare, pull, checkers } = loneWorker();
    await serve(1);
    checkers[0].answers.set('https://cdn.example', PRESENT);
    await prepare(2);
    worker.conditions(2, Uint8Array.of(0, 1, 0));
    worker.conditions(9, Uint8Array.of(0, 1, 0));
    assert.equal(await pull(1), 'cdn');
    await worker.use(2);
    assert.equal(await pull(1), 'upstream');
    worker.conditions(2, Uint8Array.of(0, 0, 0));
    assert.equal(await pull(1), 'cdn');
  });
});

describe('what a worker says and hears', () => {
  test('each answer of a store is observed, and told as a finding if it is one', async () => {
    const { serve, pull, checkers, observed, found } = loneWorker();
    await serve(7);
    checkers[0].answers.set('https://cdn.example', PRESENT);
    await pull(1);
    checkers[0].answers.set('https://cdn.example', UNAVAILABLE);
    await pull(2);
    assert.deepEqual(
      observed.map(({ generation, backend, observation, subject, saw }) => [
        generation,
        backend,
        observation,
        subject,
        saw,
      ]),
      [
        [7, 1, 'answer', digest(1), 'status 200'],
        [7, 1, 'failure', digest(2), 'status 503'],
      ],
    );
    assert.deepEqual(found, [
      {
        at: 'store',
        identity: 'https://cdn.example/ {digest}',
        key: digest(1),
        state: 'present',
        size: 1234,
      },
    ]);
  });

  test('what another worker found out needs no asking', async () => {
    const [one, other] = [loneWorker(), loneWorker()];
    other.worker.found(one.found);
    await one.serve(1);
    await other.serve(1);
    one.checkers[0].answers.set('https://cdn.example', PRESENT);
    await one.pull(1);
    other.worker.found(one.found);
    other.worker.found([{ ...one.found[0], identity: 'https://unheard-of.example/ {digest}' }]);
    assert.equal(await other.pull(1), 'cdn');
    assert.deepEqual(other.checkers[0].asked, []);
    assert.deepEqual(other.found, []);
  });

  test('what was found out in an upstream is told and heard as well', async () => {
    const [one, other] = [loneWorker(), loneWorker()];
    await one.serve(1, SIGNED);
    await other.serve(1, SIGNED);
    one.checkers[0].answers.set('https://upstream.example', PRESENT);
    other.worker.found([{ at: 'upstream', identity: 'x', key: 'x', state: 'present', size: -1 }]);
    await one.pull(1);
    await settlePromises();
    assert.equal(one.checkers[0].asked.length, 1);
    assert.equal(one.found.length, 1);
    assert.equal(one.observed[0].saw, 'status 200');
    await other.pull(2);
    const before = other.checkers[0].asked.length;
    other.worker.found([...one.found, { ...one.found[0], identity: 'https://other.example' }]);
    await other.pull(1);
    assert.equal(other.checkers[0].asked.length, before);
    assert.equal((await one.worker.report()).presence.entries, 1);
  });

  test('an upstream that was asked by the generation before is not observed by a number that may be another’s', async () => {
    const { worker, serve, observed, clock } = loneWorker();
    await serve(1, SIGNED);
    const [upstream] = worker.serving.policy.backends;
    assert.equal(upstream.kind, 'upstream');
    if (upstream.kind !== 'upstream') return;
    const { upstreams } = worker.serving.memory;
    await serve(2, SIGNED);
    await upstreams.ask({ upstream, kind: 'blob', name: 'pause', digest: digest(3) }, 500);
    await clock.advance(0);
    assert.deepEqual(observed, []);
  });

  test('a store that is due for a trial is asked once the supervisor says so', async () => {
    const { worker, serve, pull, checkers, wanted } = loneWorker();
    await serve(1);
    worker.conditions(1, Uint8Array.of(0, 2, 0));
    assert.equal(await pull(1), 'upstream');
    assert.deepEqual(wanted, [[1, 1]]);
    assert.deepEqual(checkers[0].asked, []);
    worker.tryAgain(2, 1);
    worker.tryAgain(1, 0);
    assert.deepEqual(checkers[0].asked, []);
    worker.tryAgain(1, 1);
    worker.tryAgain(1, 1);
    await settlePromises();
    assert.equal(checkers[0].asked.length, 1);
  });

  test('which backends were looked at, and a blob of each store, is noticed every second', async () => {
    const { serve, pull, checkers, noticed, clock, worker } = loneWorker();
    await serve(1);
    await clock.advance(3000);
    assert.deepEqual(noticed, []);
    checkers[0].answers.set('https://cdn.example', PRESENT);
    await pull(1);
    await clock.advance(3000);
    assert.deepEqual(noticed, [{ generation: 1, considered: [1], present: [[1, digest(1)]] }]);
    await worker.close(0);
    assert.equal(clock.timers, 0);
  });

  test('regression: a blob that is found later than the request for it was answered is noticed too', async () => {
    const { serve, checkers, noticed, clock, worker } = loneWorker();
    await serve(1);
    checkers[0].answers.set('https://cdn.example', PRESENT);
    const { states, policy } = worker.serving;
    states.recheck(policy.stores[1], digest(1));
    await clock.advance(3000);
    assert.deepEqual(noticed, [{ generation: 1, considered: [], present: [[1, digest(1)]] }]);
    await worker.close(0);
  });

  test('a list of repositories says which names there are', async () => {
    const { worker, serve } = loneWorker();
    worker.repositories('k8s', ['other']);
    await serve(1, {
      ...SOURCE,
      registries: [
        {
          name: 'k8s',
          repositories: { from: 'catalog' },
          upstreams: [{ name: 'upstream', url: 'https://upstream.example' }],
        },
      ],
    });
    const rule = async () => (await worker.serving.handler.decide(incoming(blob(1)))).rule;
    assert.notEqual(await rule(), 'R6');
    worker.repositories('k8s', ['other']);
    assert.equal(await rule(), 'R6');
    worker.repositories('k8s', ['pause']);
    assert.notEqual(await rule(), 'R6');
  });
});

test('what an inventory lacks is not asked for, under this configuration and the next', async () => {
  const { worker, serve, pull, checkers } = loneWorker();
  const source: ConfigurationSource = {
    ...SOURCE,
    stores: SOURCE.stores?.map((store) => ({ ...store, inventory: { file: '/inventory' } })) ?? [],
  };
  const bytes = inventoryBytes([digest(2)], { date: 0 });
  for (const store of parseConfiguration(source).stores)
    worker.inventory({ id: inventoryId(store) ?? '', bytes, usableFor: 60_000 });
  await serve(1, source);
  checkers[0].answers.set('https://cdn.example', PRESENT);
  assert.equal(await pull(1), 'upstream');
  assert.deepEqual(checkers[0].asked, []);
  assert.equal(await pull(2), 'cdn');
  await serve(2, source);
  assert.equal(await pull(1), 'upstream');
});
