import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { ConfigurationSource } from '@archeio/configuration';
import type { Explanation } from '@archeio/request-handler';
import { tryParseAddr } from '@archeio/netip';
import { ManualClock, settlePromises } from '@archeio/presence/testing';
import { ADDRESSES, blob, digest, incoming, PRESENT, SOURCE } from './testing/assembled.ts';
import { loneWorker, OpenedSharedMemory } from './testing/lone-worker.ts';

const REDIS = 'redis://redis.example:6379';

const sharing = (more: Partial<ConfigurationSource> = {}): ConfigurationSource => ({
  ...SOURCE,
  presence: { entries: 1000, shared: { redis: REDIS } },
  ...more,
});

/** Workers of several instances that share presence; each with its configuration. */
async function instances(...sources: readonly ConfigurationSource[]) {
  const clock = new ManualClock();
  const shared = new OpenedSharedMemory(clock);
  const workers = sources.map(() => loneWorker(clock, shared));
  for (const [index, source] of sources.entries()) await workers[index].serve(1, source);
  const asked = (index: number): number => workers[index].checkers[0].asked.length;
  return { clock, shared, workers, asked };
}

const STORES = sharing().stores ?? [];
const changed = (change: object): ConfigurationSource =>
  sharing({ stores: STORES.map((store) => ({ ...store, ...change })) });

suite('instances that share presence', () => {
  test('what one has learnt, another answers without asking the store', async () => {
    const { shared, workers, asked } = await instances(sharing(), sharing());
    const [one, other] = workers;
    one.checkers[0].answers.set('https://cdn.example', PRESENT);
    assert.deepEqual(
      [await one.pull(1), await other.pull(1), await other.pull(1)],
      ['cdn', 'cdn', 'cdn'],
    );
    assert.deepEqual([asked(0), asked(1), shared.log], [1, 0, [REDIS, REDIS, 'asked', 'found']]);
    assert.deepEqual([one.found.length, other.found.length], [1, 0]);
  });

  test('one look reads all stores that a request may use', async () => {
    const { shared, workers, asked } = await instances(sharing(), sharing());
    const [one, other] = workers;
    one.checkers[0].answers.set('https://cdn.example', PRESENT);
    const fromParis = async (worker: typeof one): Promise<string | undefined> =>
      (await worker.worker.serving.handler.decide(incoming(blob(1), ADDRESSES.paris))).backend
        ?.name;
    const name = await fromParis(one);
    const before = shared.looks.length;
    assert.equal(await fromParis(other), name);
    assert.deepEqual([asked(1), shared.looks.slice(before)], [0, [asked(0)]]);
  });

  test('stores whose URL, key or meaning of an answer differs share nothing', async () => {
    for (const change of [
      { key: 'blobs/{digest}' },
      { forbidden: 'absent' },
      { check: 'range' },
      { checkUrl: 'https://origin.example' },
      { url: 'https://elsewhere.example', near: undefined, default: true },
    ]) {
      const { workers, asked } = await instances(sharing(), changed(change));
      await workers[0].pull(1);
      await workers[1].pull(1);
      assert.ok(asked(1) > 0, JSON.stringify(change));
    }
  });

  test('a change that does not concern the meaning of an answer keeps what is shared', async () => {
    const { workers, asked } = await instances(
      sharing(),
      changed({ weight: 7, failover: 'region' }),
    );
    await workers[0].pull(1);
    await workers[1].pull(1);
    assert.equal(asked(1), 0);
  });

  test('an explained request finds what is shared, and shares nothing', async () => {
    const { shared, workers, asked } = await instances(sharing(), sharing());
    const [one, other] = workers;
    const address = tryParseAddr(ADDRESSES.unknown);
    assert.ok(address !== undefined);
    const explain = async (worker: typeof one, number: number): Promise<unknown> => {
      const query = { path: blob(number), address, method: 'GET', host: undefined };
      const explanation = (await worker.worker.explain(query)) as Explanation;
      return explanation.candidates.find(({ name }) => name === 'cdn')?.shared;
    };
    assert.equal(await explain(one, 1), undefined);
    assert.equal(asked(0), 1);
    await other.pull(1);
    assert.equal(asked(1), 1);
    await other.pull(2);
    const before = shared.log.length;
    assert.equal(await explain(one, 2), true);
    assert.deepEqual([asked(0), shared.log.slice(before)], [1, ['found']]);
    await explain(one, 3);
    await one.pull(4);
    assert.equal(shared.log.at(-1), 'asked');
  });

  test('a trial asks the store itself, whatever is shared', async () => {
    const { workers, asked } = await instances(sharing(), sharing());
    const [one, other] = workers;
    await one.pull(1);
    other.worker.conditions(1, Uint8Array.of(0, 2, 0));
    await other.pull(1);
    other.worker.tryAgain(1, 1);
    await settlePromises();
    assert.deepEqual([asked(1), other.observed.length], [1, 1]);
  });

  test('a store in which another instance found a blob is not doubted', async () => {
    const { workers, clock } = await instances(sharing(), sharing());
    const [one, other] = workers;
    one.checkers[0].answers.set(`https://cdn.example/${digest(99)}`, PRESENT);
    for (let number = 1; number <= 8; number++) await one.pull(number);
    await one.pull(99);
    await other.pull(99);
    for (let number = 101; number <= 110; number++) await other.pull(number);
    await clock.advance(0);
    const doubts = other.checkers[0].asked.filter(({ url }) => url.startsWith('https://upstream'));
    assert.deepEqual(doubts, []);
  });
});

suite('the connection', () => {
  test('a reload keeps it, and another Redis replaces it', async () => {
    const { shared, workers, clock } = await instances(sharing());
    const [{ serve, worker, pull }] = workers;
    await serve(2, sharing({ stayUpstream: [] }));
    assert.deepEqual(shared.log, [REDIS]);
    const other = { entries: 1000, shared: { redis: 'rediss://other.example/3' } };
    await serve(3, sharing({ presence: other }));
    await clock.advance(10_000);
    assert.deepEqual(shared.log, [REDIS, 'rediss://other.example:6379/3', 'closed']);
    await serve(4, SOURCE);
    await pull(1);
    await clock.advance(10_000);
    assert.deepEqual(shared.log.slice(3), ['closed']);
    await worker.close(0);
    assert.equal(shared.looks.length, 0);
  });

  test('a worker that shares nothing opens none', async () => {
    const { worker, serve, pull } = loneWorker();
    await serve(1, sharing());
    await pull(1);
    assert.equal(worker.serving.memory.stores.isShared, false);
  });
});

test('a space reassigned to another store ignores answers about its former store', async () => {
  const { shared, workers } = await instances(sharing(), sharing());
  const [one, other] = workers;
  one.checkers[0].answers.set('https://cdn.example', PRESENT);
  await one.worker.serving.handler.decide(incoming(blob(1), ADDRESSES.paris));
  const look = shared.look.bind(shared);
  const { stores } = other.worker.serving.memory;
  shared.look = async (...keys) => {
    const found = await look(...keys);
    // A reload takes the stores out, and others get every space, while Redis answers.
    stores.use(new Map());
    for (let given = 0; given < 2 ** 16; given += 1000)
      stores.spacesOf(Array.from({ length: 1000 }, (_, index) => `store ${given + index}`));
    return found;
  };
  const spaces = other.worker.serving.policy.stores.map((_, index) => index);
  await stores.ask(spaces, digest(1));
  assert.equal(stores.presence.lookup(spaces[1], digest(1)), 'unasked');
});
