import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddr } from '@archeio/netip';
import { explainRequest } from '@archeio/request-handler';
import { inventoryBytes } from '../backends/inventory/testing/inventory-bytes.ts';
import { inventoryId } from '../backends/inventory/inventories.ts';
import { type ConfigurationSource, parseConfiguration } from '@archeio/configuration';
import {
  ADDRESSES,
  assembled,
  blob,
  digest,
  incoming,
  PRESENT,
  SOURCE,
  UNAVAILABLE,
} from './testing/assembled.ts';

const WITH_INVENTORIES: ConfigurationSource = {
  ...SOURCE,
  stores: (SOURCE.stores ?? []).map((store) => ({ ...store, inventory: { file: '/inventory' } })),
};

/** A handler whose stores' inventories have these blobs only; the first few of them have none. */
function withInventories(numbers: readonly number[], without = 0) {
  const parts = assembled(WITH_INVENTORIES);
  const bytes = inventoryBytes(numbers.map(digest), { date: 0 });
  for (const store of parseConfiguration(WITH_INVENTORIES).stores.slice(without))
    parts.inventories.apply({ id: inventoryId(store) ?? '', bytes, usableFor: 3_600_000 });
  const names = (): string[] =>
    parts.record.takeConsidered().map((index) => parts.policy.backends[index].name);
  const ruledOut = () => parts.metrics.snapshot(0).values.archeio_presence_inventory_absent_total;
  return { ...parts, names, ruledOut };
}

test('reading the snapshot of the backends neither counts a thing nor marks a backend as in use', () => {
  const { states, policy, names, ruledOut } = withInventories([1]);
  for (const backend of policy.backends) {
    assert.equal(states.condition(backend), 'up');
    if (backend.kind === 'store') assert.equal(states.presence(backend, digest(7)), 'absent');
  }
  assert.deepEqual(names(), []);
  assert.deepEqual(ruledOut(), { '["paris"]': 0, '["cdn"]': 0 });
});

test('a blob that is asked for in one store counts once as ruled out in the other', async () => {
  const { handler, checker, names, ruledOut } = withInventories([1], 1);
  const decision = await handler.decide(incoming(blob(7), ADDRESSES.paris));
  assert.equal(decision.backend?.name, 'upstream');
  assert.equal(checker.asked.length, 1, 'the store without an inventory was asked');
  assert.deepEqual(ruledOut(), { '["paris"]': 0, '["cdn"]': 1 });
  assert.deepEqual(names(), ['paris', 'cdn', 'upstream']);
  await handler.decide(incoming(blob(7), ADDRESSES.paris));
  assert.deepEqual(ruledOut(), { '["paris"]': 0, '["cdn"]': 2 }, 'known: once for each request');
});

test('only what the final decision looked at is in use', async () => {
  const { handler, checker, names } = withInventories([1]);
  checker.answers.set('https://cdn.example', PRESENT);
  await handler.decide(incoming(blob(1)));
  assert.deepEqual(names(), ['cdn'], 'the upstream was the answer before the store was asked');
  assert.deepEqual(names(), []);
});

test('explain leaves no trace in what is in use and what is counted', async () => {
  const parts = withInventories([1], 1);
  for (const ask of [false, true]) {
    const address = parseAddr(ADDRESSES.paris);
    const request = { method: 'GET', path: blob(7), address };
    const { candidates } = await explainRequest(parts, request, ask);
    assert.equal(candidates.length, 3);
  }
  assert.deepEqual(parts.names(), []);
  assert.deepEqual(parts.ruledOut(), { '["paris"]': 0, '["cdn"]': 0 });
  assert.deepEqual(parts.record.totals().decisions, {});
});

test('a near store that is down stays in use, so that canaries go on to look for its return', async () => {
  const { handler, checker, names, states, policy } = withInventories([0, 1, 2, 3, 4, 5]);
  checker.answers.set('https://paris.example', UNAVAILABLE);
  checker.answers.set('https://cdn.example', PRESENT);
  for (let number = 0; number < 6; number++)
    await handler.decide(incoming(blob(number), ADDRESSES.paris));
  assert.equal(states.condition(policy.stores[0]), 'down');
  names();
  const known = handler.decide(incoming(blob(1), ADDRESSES.paris));
  assert.ok(!(known instanceof Promise));
  assert.equal(known.backend?.name, 'cdn');
  assert.deepEqual(names(), ['paris', 'cdn']);
});
