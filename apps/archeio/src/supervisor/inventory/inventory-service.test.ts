import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConfigurationSource } from '@archeio/configuration';
import { parseServed } from '../../configuration/testing/parse-served.ts';
import { inventoryBytes } from '../../backends/inventory/testing/inventory-bytes.ts';
import { FakeProviders } from '../ranges/testing/fake-providers.ts';
import { digest, SOURCE } from '../../worker/testing/assembled.ts';
import { InventoryService } from './inventory-service.ts';
import { supervisorRig, RANGES } from '../testing/supervisor-rig.ts';

type StoreSource = NonNullable<ConfigurationSource['stores']>[number];

/** A supervisor with inventories and visible signatures. */
function keeping() {
  const rig = supervisorRig();
  const { supervisor, clock, log } = rig;
  const signedFor: string[] = [];
  const service = new InventoryService({
    workers: supervisor.workers,
    clock,
    log,
    signing: {
      sign: ({ name }, url) => {
        signedFor.push(name);
        return Promise.resolve(`${url}?signed`);
      },
    },
  });
  supervisor.add(service);
  const serve = (...stores: StoreSource[]) =>
    supervisor.apply({ configuration: parseServed({ ...SOURCE, stores }), ranges: RANGES });
  /** Waits for something that arrives over a socket. */
  const until = async (what: () => boolean): Promise<void> => {
    for (let turn = 0; turn < 2000 && !what(); turn++) await sleep(5);
    assert.ok(what(), what.toString());
  };
  return { ...rig, service, serve, until, signedFor };
}

const published = (): { body: Buffer; etag: string } => ({
  body: Buffer.from(inventoryBytes([digest(1)], { date: Date.now() })),
  etag: '"1"',
});

test('stores that share an inventory share its requests, and each has its state', async () => {
  await using server = await FakeProviders.start();
  server.files.set('/inventory', published());
  const { supervisor, clock, join, service, serve, until } = keeping();
  const bucket = { url: 'https://bucket.example', key: '{digest}', default: true };
  const nearAws = { default: false, near: [{ cloud: 'AWS' as const }] };
  const inventory = { url: `${server.origin}/inventory` };
  const worker = await serve({ name: 'one', ...bucket, inventory }).then(() => join());
  await serve(
    { name: 'one', ...bucket, ...nearAws, inventory },
    { name: 'two', ...bucket, inventory },
    { name: 'off', ...bucket, default: false, enabled: false, inventory },
    { name: 'none', ...bucket, ...nearAws },
  );
  await until(() => service.states().get('one')?.unused === null);
  const states = service.states();
  assert.deepEqual([...states.keys()], ['one', 'two']);
  assert.deepEqual(states.get('one'), states.get('two'));
  assert.deepEqual(server.takeStatuses(), [200]);
  assert.equal(states.get('two')?.blobs, 1);
  await serve({ name: 'two', ...bucket });
  assert.equal(service.states().size, 0);
  assert.match(worker.told.findLast((each) => each.startsWith('inventory')) ?? '', / none$/);
  supervisor.close();
  assert.equal(clock.timers, 0);
});

test('requests for the inventory of a private bucket are signed, also after the store is renamed', async () => {
  await using server = await FakeProviders.start();
  server.files.set('/bucket/archeio/inventory?signed', published());
  const { supervisor, clock, service, serve, until, signedFor } = keeping();
  const bucket = {
    url: `${server.origin}/bucket/images`,
    key: '{digest}',
    default: true,
    presign: { region: 'eu-west-3' },
    public: true,
    inventory: { url: `${server.origin}/bucket/archeio/inventory`, refreshEvery: '10m' },
  };
  await serve({ name: 'before', ...bucket });
  await until(() => service.states().get('before')?.unused === null);
  await serve({ name: 'after', ...bucket });
  const first = service.states().get('after')?.fetchedAt;
  assert.ok(typeof first === 'number');
  await clock.advance(600_000);
  await until(() => server.seen.length === 2);
  assert.deepEqual(server.takeStatuses(), [200, 304]);
  assert.deepEqual(signedFor, ['before', 'after']);
  supervisor.close();
});
