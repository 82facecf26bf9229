import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAddr } from '@archeio/netip';
import { type ConfigurationSource, parseConfiguration } from '@archeio/configuration';
import { explainRequest } from '@archeio/request-handler';
import {
  ADDRESSES,
  assembled,
  blob,
  digest,
  incoming,
  PRESENT,
  SOURCE,
} from '../../worker/testing/assembled.ts';
import { Inventories, inventoryId } from './inventories.ts';
import { inventoryBytes } from './testing/inventory-bytes.ts';

const [PARIS, CDN] = SOURCE.stores ?? [];
const INVENTORY = { file: '/inventory' };
const WITH_INVENTORY: ConfigurationSource = {
  ...SOURCE,
  stores: [PARIS, { ...CDN, inventory: INVENTORY }],
};

/** The identity of the inventory of the store `cdn`. */
function cdnId(source: ConfigurationSource = WITH_INVENTORY): string {
  const id = inventoryId(parseConfiguration(source).stores[1]);
  assert.ok(id !== undefined);
  return id;
}

const DATE = Date.UTC(2026, 10, 24);
const HOUR = 3_600_000;

/** A handler whose store `cdn` has the inventory of these blobs, usable for an hour. */
function withInventory(numbers: readonly number[]) {
  const parts = assembled(WITH_INVENTORY);
  const bytes = inventoryBytes(numbers.map(digest), { date: DATE });
  parts.inventories.apply({ id: cdnId(), bytes, usableFor: HOUR });
  return parts;
}

const decide = ({ handler }: ReturnType<typeof assembled>, number: number, address?: string) =>
  handler.decide(incoming(blob(number), address));
const counted = ({ metrics }: ReturnType<typeof assembled>): number =>
  metrics.snapshot(0).values.archeio_presence_inventory_absent_total?.['["cdn"]'] ?? -1;

test('a blob that is surely absent costs no request, and one that may be there does', async () => {
  const parts = withInventory([1, 2]);
  parts.checker.answers.set('https://cdn.example', PRESENT);
  assert.equal((await decide(parts, 7)).backend?.name, 'upstream');
  assert.deepEqual(parts.checker.asked, []);
  assert.equal(counted(parts), 1);
  assert.equal((await decide(parts, 1)).backend?.name, 'cdn');
  assert.equal(parts.checker.asked.length, 1);
  assert.equal(counted(parts), 1);
});

test('a store without an inventory is asked beside one that has one', async () => {
  const parts = withInventory([1]);
  await decide(parts, 7, ADDRESSES.paris);
  assert.deepEqual(
    parts.checker.asked.map(({ url }) => url),
    [`https://paris.example/${digest(7)}`],
  );
});

test('an inventory that is too old, taken back or of another store changes nothing', async () => {
  const old = withInventory([1]);
  await old.clock.advance(HOUR);
  const takenBack = withInventory([1]);
  takenBack.inventories.apply({ id: cdnId(), bytes: null, usableFor: 0 });
  const another = assembled(WITH_INVENTORY);
  const elsewhere = { ...CDN, url: 'https://elsewhere.example', inventory: INVENTORY };
  another.inventories.apply({
    id: cdnId({ ...SOURCE, stores: [PARIS, elsewhere] }),
    bytes: inventoryBytes([], { date: DATE }),
    usableFor: HOUR,
  });
  for (const parts of [old, takenBack, another, assembled(WITH_INVENTORY)]) {
    parts.checker.answers.set('https://cdn.example', PRESENT);
    assert.equal((await decide(parts, 7)).backend?.name, 'cdn');
    assert.equal(counted(parts), 0);
  }
});

test('what the store has said counts for more than its inventory', async () => {
  const parts = withInventory([1]);
  parts.checker.answers.set('https://cdn.example', PRESENT);
  parts.inventories.apply({ id: cdnId(), bytes: null, usableFor: 0 });
  await decide(parts, 7);
  const bytes = inventoryBytes([], { date: DATE });
  parts.inventories.apply({ id: cdnId(), bytes, usableFor: HOUR });
  assert.equal((await decide(parts, 7)).backend?.name, 'cdn');
});

test('a blob is sent to the store as without an inventory, or the store is not asked', async () => {
  const numbers = fc.uniqueArray(fc.nat(50), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(numbers, fc.nat(50), async (stored, number) => {
      const parts = withInventory(stored);
      const twin = assembled(SOURCE);
      for (const each of stored)
        for (const { checker } of [parts, twin])
          checker.answers.set(`https://cdn.example/${digest(each)}`, PRESENT);
      const [decision, expected] = [await decide(parts, number), await decide(twin, number)];
      assert.equal(decision.location, expected.location);
      if (stored.includes(number)) assert.equal(parts.checker.asked.length, 1);
    }),
  );
});

test('explain says by which inventory a store does not have the blob', async () => {
  const parts = withInventory([1]);
  const request = { method: 'GET', path: blob(7), address: parseAddr(ADDRESSES.paris) };
  const { candidates } = await explainRequest(parts, request, true);
  assert.deepEqual(
    candidates.map(({ name, presence, excluded }) => [name, presence, excluded]),
    [
      ['paris', 'absent', 'it does not have the blob'],
      [
        'cdn',
        'absent',
        'it does not have the blob, according to its inventory of 2026-11-24T00:00:00.000Z',
      ],
      ['upstream', null, null],
    ],
  );
});

test('an inventory is the same as long as its store, its place and its limits are', () => {
  const stores = [
    { ...CDN, inventory: INVENTORY },
    { ...CDN, inventory: { ...INVENTORY, maxAge: '2h' } },
    { ...CDN, inventory: { file: '/other' } },
    { ...CDN, key: 'blobs/{digest}', inventory: INVENTORY },
    { ...CDN, checkUrl: 'https://origin.example', inventory: INVENTORY },
    { ...CDN, presign: { region: 'eu-west-3' }, public: true, inventory: INVENTORY },
  ];
  const ids = stores.map((store) => cdnId({ ...SOURCE, stores: [PARIS, store] }));
  assert.equal(new Set(ids).size, stores.length);
  assert.equal(inventoryId(parseConfiguration(SOURCE).stores[1]), undefined);
  const { inventories, clock } = assembled();
  assert.equal(inventories.held('a'), inventories.held('a'));
  assert.ok(new Inventories(clock).held('a').until < clock.now());
});
