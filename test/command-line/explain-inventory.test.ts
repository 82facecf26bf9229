import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import type { Explanation } from '../../packages/request-handler/src/explanation.ts';
import { inventoryBytes } from '../../apps/archeio/src/backends/inventory/testing/inventory-bytes.ts';
import { RUNTIMES } from '../parts/archeio-process.ts';
import { type Outcome, run } from '../parts/command.ts';
import { startStore, type StoreServer } from '../parts/store-server.ts';
import { digest, withStore } from '../serving/configurations.ts';
import { ROOT } from '../../tools/source-files.ts';

const LAUNCHER = join(ROOT, 'apps/archeio/bin/archeio');
const HOUR = 3_600_000;

type Inventory = NonNullable<NonNullable<ConfigurationSource['stores']>[number]['inventory']>;

const folder = mkdtempSync(join(tmpdir(), 'archeio-explain-'));
after(() => rmSync(folder, { recursive: true }));

/** Explains a pull of the blob with this number from a store with an inventory. */
async function explain(
  runtime: string,
  { url }: StoreServer,
  inventory: Inventory,
  number: number,
  ...args: readonly string[]
): Promise<Outcome & { readonly of: (name: string) => Explanation['candidates'][number] }> {
  const file = join(folder, `configuration-${Math.random()}.json`);
  const others = [
    // Clients outside AWS are not near it, so its inventory does not matter.
    {
      name: 'far',
      url: 'https://far.example',
      key: '{digest}',
      near: [{ cloud: 'AWS' }],
      inventory: { file: '/nonexistent' },
    },
    {
      name: 'off',
      url: 'https://off.example',
      key: '{digest}',
      enabled: false,
      inventory: { file: '/nonexistent' },
    },
  ];
  const store = { name: 'store', url, key: '{digest}', default: true, inventory };
  writeFileSync(file, JSON.stringify(withStore(url, { stores: [store, ...others] })));
  const path = `/v2/pause/blobs/${digest(number)}`;
  const command = ['explain', path, '--ip', '192.0.2.1', '--json', '--config', file];
  const outcome = await run(LAUNCHER, [...command, ...args, '--runtime', runtime]);
  assert.equal(outcome.code, 0, outcome.stderr);
  const { candidates }: Explanation = JSON.parse(outcome.stdout);
  return {
    ...outcome,
    of: (name) =>
      candidates.find((each) => each.name === name) ?? assert.fail(JSON.stringify(candidates)),
  };
}

for (const runtime of RUNTIMES) {
  describe(`explain uses inventories, as serve does: ${runtime}`, () => {
    test('the store is asked only for blobs that the inventory, by URL or file, may have', async () => {
      await using store = await startStore();
      const bytes = Buffer.from(inventoryBytes([digest(1)], { date: Date.now() }));
      store.put(digest(1), Buffer.from('blob'));
      store.put('archeio/inventory', bytes);
      const file = join(folder, `inventory-${runtime}`);
      writeFileSync(file, bytes);
      for (const inventory of [{ url: `${store.url}/archeio/inventory` }, { file }]) {
        const absent = await explain(runtime, store, inventory, 7);
        assert.equal(absent.stderr, '');
        assert.equal(absent.of('store').presence, 'absent');
        assert.match(
          absent.of('store').excluded ?? '',
          /according to its inventory of \d{4}-\d\d-\d\dT/,
        );
        const present = await explain(runtime, store, inventory, 1);
        assert.equal(present.of('store').presence, 'present');
        assert.equal(present.stderr, '');
      }
      assert.deepEqual(
        store.accesses.filter(({ method }) => method === 'HEAD').map(({ path }) => path),
        [`/${digest(1)}`, `/${digest(1)}`],
      );
    });

    test('an unavailable, damaged or outdated inventory is reported in one line, and the store is asked', async () => {
      await using store = await startStore();
      const old = inventoryBytes([], { date: Date.now() - HOUR });
      store.put('old', Buffer.from(old));
      store.put('damaged', Buffer.from(old.subarray(0, 60)));
      for (const [path, why] of [
        ['old', /^it is dated \S+Z, and inventory.maxAge is 3600 s$/],
        ['damaged', /truncated or damaged/],
        ['missing', /^cannot fetch http:\S+\/missing: status 404, expected 200$/],
      ] as const) {
        const { stderr, of } = await explain(runtime, store, { url: `${store.url}/${path}` }, 7);
        const [, said = ''] =
          /^archeio: explained without the inventory of store: (.*)\n$/.exec(stderr) ?? [];
        assert.match(said, why, stderr);
        assert.deepEqual(of('store').excluded, 'it does not have the blob');
      }
      assert.equal(store.accesses.filter(({ method }) => method === 'HEAD').length, 3);
    });

    test('--no-check sends no requests', async () => {
      await using store = await startStore();
      const inventory = { url: `${store.url}/archeio/inventory` };
      const { stderr, of } = await explain(runtime, store, inventory, 7, '--no-check');
      assert.deepEqual([stderr, of('store').presence, store.accesses], ['', 'unknown', []]);
    });
  });
}
