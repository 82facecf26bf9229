import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import { inventoryBytes } from '../../apps/archeio/src/backends/inventory/testing/inventory-bytes.ts';
import { type ArcheioProcess, RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { startStore } from '../parts/store-server.ts';
import { digest, pull, withStore } from './configurations.ts';

const HOUR = 3_600_000;

type InventorySource = NonNullable<NonNullable<ConfigurationSource['stores']>[number]['inventory']>;

function withInventory(
  storeUrl: string,
  inventory: InventorySource,
  processes = 1,
): ConfigurationSource {
  return withStore(storeUrl, {
    listen: { host: '127.0.0.1', port: 0, processes },
    stores: [{ name: 'store', url: storeUrl, key: '{digest}', default: true, inventory }],
  });
}

/** Waits until this many inventories have been loaded. */
async function loaded({ log }: ArcheioProcess, count: number): Promise<void> {
  const enough = () => log.filter(({ event }) => event === 'inventory-loaded').length >= count;
  for (let tries = 0; !enough(); tries++) {
    assert.ok(tries < 1000, JSON.stringify(log));
    await sleep(10);
  }
}

/** Pulls missing blobs until the store gets no more checks: every worker then has the inventory. */
async function untilUsed(
  { port }: ArcheioProcess,
  asked: () => readonly unknown[],
  from: number,
): Promise<void> {
  for (let number = from; ; number += 20) {
    assert.ok(number < from + 10_000, 'the inventory was never used');
    const before = asked().length;
    await Promise.all(Array.from({ length: 20 }, (_, at) => pull(port, number + at)));
    // The filter reports one missing blob in 256 as present.
    if (asked().length - before < 4) return;
    await sleep(10);
  }
}

for (const runtime of RUNTIMES) {
  for (const processes of [1, 2]) {
    test(`an absent blob costs no HEAD, a present one is asked, and a new inventory is picked up: ${runtime}, ${processes} processes`, async () => {
      await using store = await startStore();
      const publish = (numbers: readonly number[]): void =>
        store.put(
          'archeio/inventory',
          Buffer.from(inventoryBytes(numbers.map(digest), { date: Date.now() })),
        );
      const heads = () => store.accesses.filter(({ method }) => method === 'HEAD');
      publish([1]);
      for (const number of [1, 2]) store.put(digest(number), Buffer.from('blob'));
      const inventory = { url: `${store.url}/archeio/inventory`, refreshEvery: '1s' };
      await using archeio = await startWith(
        runtime,
        withInventory(store.url, inventory, processes),
      );
      await loaded(archeio, 1);
      await untilUsed(archeio, heads, 1000);

      const before = heads().length;
      await Promise.all(Array.from({ length: 100 }, (_, at) => pull(archeio.port, 100 + at)));
      assert.ok(heads().length - before < 10, String(heads().length - before));
      const upstream = `https://upstream.example/v2/images/pause/blobs/${digest(2)}`;
      assert.equal((await pull(archeio.port, 2)).location, upstream);
      assert.equal((await pull(archeio.port, 1)).location, `${store.url}/${digest(1)}`);
      assert.ok(heads().some(({ path }) => path === `/${digest(1)}`));

      publish([1, 2]);
      await loaded(archeio, 2);
      for (let tries = 0; ; tries++) {
        if ((await pull(archeio.port, 2)).location === `${store.url}/${digest(2)}`) break;
        assert.ok(tries < 500, 'the new inventory was not used');
        await sleep(10);
      }
    });
  }

  describe(`an inventory in a file: ${runtime}`, () => {
    test('a stale, damaged or missing inventory is not used; a valid one after it is', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'archeio-inventory-'));
      const file = join(folder, 'inventory');
      const publish = (bytes: Uint8Array): void => {
        writeFileSync(`${file}.new`, bytes);
        renameSync(`${file}.new`, file);
      };
      try {
        await using store = await startStore();
        const source = withInventory(store.url, { file, refreshEvery: '1s' });
        await using archeio = await startWith(runtime, source);
        const said = async (event: string, problem?: RegExp): Promise<void> => {
          const isThere = () =>
            archeio.log.some(
              (line) =>
                line.event === event &&
                (problem === undefined || problem.test(String(line['problem']))),
            );
          for (let tries = 0; !isThere(); tries++) {
            assert.ok(tries < 1000, JSON.stringify(archeio.log));
            await sleep(10);
          }
        };
        await said('inventory-not-loaded', /ENOENT/);
        await pull(archeio.port, 1);
        publish(inventoryBytes([], { date: Date.now() }).subarray(0, 60));
        await said('inventory-not-loaded', /checksum/);
        await pull(archeio.port, 2);
        publish(inventoryBytes([], { date: Date.now() - HOUR }));
        await said('inventory-too-old');
        await pull(archeio.port, 3);
        assert.deepEqual(
          store.accesses.map(({ path }) => path),
          [1, 2, 3].map((number) => `/${digest(number)}`),
        );
        publish(inventoryBytes([digest(1)], { date: Date.now() }));
        await loaded(archeio, 2);
        await untilUsed(archeio, () => store.accesses, 1000);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  });
}
