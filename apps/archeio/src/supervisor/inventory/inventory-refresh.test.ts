import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock, settlePromises } from '@archeio/presence/testing';
import { createLog } from '../../platform/log.ts';
import type { FetchedBytes, Validators } from '../../platform/fetch-bytes.ts';
import type { SentInventory } from '../../ipc/ports.ts';
import { InventoryRefresh } from './inventory-refresh.ts';
import { inventoryBytes } from '../../backends/inventory/testing/inventory-bytes.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 24);

/** A refresh every ten minutes of an inventory that may be an hour old. */
function begin(random = 0) {
  const clock = new ManualClock(1000);
  const reads: Validators[] = [];
  const sent: SentInventory[] = [];
  const lines: Record<string, unknown>[] = [];
  const next: { answer: FetchedBytes | Error } = { answer: { kind: 'unchanged' } };
  const refresh = new InventoryRefresh({
    id: 'id',
    store: 'store',
    key: '{digest}',
    maxAge: 60 * MINUTE,
    refreshEvery: 10 * MINUTE,
    read: (before) => {
      reads.push(before);
      return next.answer instanceof Error
        ? Promise.reject(next.answer)
        : Promise.resolve(next.answer);
    },
    clock,
    wallClock: () => START + clock.now() - 1000,
    random: () => random,
    log: createLog(
      'info',
      (line) => lines.push(JSON.parse(line)),
      () => 0,
    ),
    onChange: (each) => sent.push(each),
  });
  /** Makes later reads return an inventory of this age, in minutes. */
  const publish = (etag: string, minutesOld: number, key?: string): Uint8Array => {
    const date = START + clock.now() - 1000 - minutesOld * MINUTE;
    const bytes = inventoryBytes(['sha256:0'], { date, ...(key !== undefined && { key }) });
    next.answer = { kind: 'bytes', bytes, validators: { etag } };
    return bytes;
  };
  const runDue = async (): Promise<void> => {
    refresh.runDue(clock.now());
    await settlePromises();
  };
  const events = (): unknown[] => lines.map(({ event }) => event);
  return { clock, reads, sent, lines, next, refresh, publish, runDue, events };
}

test('an inventory is sent with its remaining time, and read again with its validators', async () => {
  const all = begin();
  const bytes = all.publish('1', 20);
  await all.runDue();
  assert.deepEqual(all.sent, [{ id: 'id', bytes, usableFor: 40 * MINUTE }]);
  all.next.answer = { kind: 'unchanged' };
  await all.clock.advance(10 * MINUTE);
  assert.deepEqual(all.reads, [{}, { etag: '1' }]);
  assert.equal(all.sent.length, 1);
  assert.deepEqual(all.refresh.sent, { id: 'id', bytes, usableFor: 30 * MINUTE });
  const newer = all.publish('2', -10);
  await all.clock.advance(10 * MINUTE);
  assert.deepEqual(all.sent.at(-1), { id: 'id', bytes: newer, usableFor: 60 * MINUTE });
  assert.deepEqual(all.events(), ['inventory-loaded', 'inventory-loaded']);
});

test('an inventory that is damaged, for other keys, from the future or unavailable is logged, and the last good one stays in use', async () => {
  const all = begin();
  const good = all.publish('good', 0);
  await all.runDue();
  const damaged = inventoryBytes(['sha256:0'], { date: START });
  damaged[60] ^= 1;
  const troubles = [
    () => (all.next.answer = { kind: 'bytes', bytes: damaged, validators: { etag: 'bad' } }),
    () => all.publish('other', 0, 'blobs/{digest}'),
    () => all.publish('future', -12),
    () => (all.next.answer = new Error('cannot fetch it')),
  ];
  for (const trouble of troubles) {
    trouble();
    await all.clock.advance(10 * MINUTE);
    assert.equal(all.refresh.sent.bytes, good);
    assert.deepEqual(all.reads.at(-1), { etag: 'good' });
  }
  assert.equal(all.sent.length, 1);
  assert.deepEqual(
    all.lines.slice(1).map(({ event, problem }) => [event, problem]),
    [
      'cannot read inventory: it is truncated or damaged: its checksum differs',
      'cannot use the inventory of "bucket": its keys are "blobs/{digest}", expected the store\'s "{digest}"',
      'cannot use the inventory of "bucket": its date is in the future, one of the clocks is wrong',
      'cannot fetch it',
    ].map((problem) => ['inventory-not-loaded', problem]),
  );
});

test('an inventory whose date is not a number is refused', async () => {
  const all = begin();
  const bytes = inventoryBytes([], { date: Number.NaN });
  all.next.answer = { kind: 'bytes', bytes, validators: {} };
  await all.runDue();
  assert.deepEqual([all.sent, all.events()], [[], ['inventory-not-loaded']]);
});

test('an inventory that is too old is not sent, and each refresh logs a warning until there is a newer one', async () => {
  const all = begin();
  all.publish('1', 60);
  await all.runDue();
  assert.deepEqual(all.sent, [{ id: 'id', bytes: null, usableFor: 0 }]);
  all.next.answer = { kind: 'unchanged' };
  await all.clock.advance(10 * MINUTE);
  assert.deepEqual(all.events(), ['inventory-loaded', 'inventory-too-old', 'inventory-too-old']);
  all.publish('2', -5);
  await all.clock.advance(10 * MINUTE);
  assert.equal(all.sent.at(-1)?.usableFor, 55 * MINUTE);
});

test('refreshes are randomly early and happen once, also if a request arrives before a late timer', async () => {
  const all = begin(1);
  all.publish('1', 0);
  await all.runDue();
  await all.runDue();
  assert.equal(all.reads.length, 1);
  await all.clock.advance(9 * MINUTE);
  assert.equal(all.reads.length, 2);
  all.refresh.runDue(all.clock.now() + 9 * MINUTE);
  all.refresh.runDue(all.clock.now() + 9 * MINUTE);
  await settlePromises();
  assert.equal(all.reads.length, 3);
});

test('a stopped refresh reads, sends and logs nothing, and ignores a read in progress', async () => {
  for (const failing of [false, true]) {
    const all = begin();
    all.publish('1', 0);
    if (failing) all.next.answer = new Error('stopped');
    all.refresh.runDue(0);
    all.refresh.stop();
    await all.clock.advance(20 * MINUTE);
    await all.runDue();
    assert.deepEqual([all.reads.length, all.sent, all.lines, all.clock.timers], [1, [], [], 0]);
  }
});

test('the state has the use of the inventory, its age, the time of the last read and the last error', async () => {
  const all = begin();
  const at = () => START + all.clock.now() - 1000;
  const nothing = { date: null, blobs: null, fetchedAt: null, lastError: null };
  assert.deepEqual(all.refresh.state, { ...nothing, unused: 'awaited' });
  all.next.answer = new Error('status 404, expected 200');
  await all.runDue();
  let lastError = { at: at(), problem: 'status 404, expected 200' };
  assert.deepEqual(all.refresh.state, { ...nothing, unused: 'not-loaded', lastError });

  all.publish('1', 10);
  await all.clock.advance(10 * MINUTE);
  const known = { date: at() - 20 * MINUTE, blobs: 1 };
  let fetchedAt = at();
  assert.deepEqual(all.refresh.state, { ...known, unused: null, fetchedAt, lastError: null });
  all.next.answer = new Error('ECONNREFUSED');
  await all.clock.advance(10 * MINUTE);
  lastError = { at: at(), problem: 'ECONNREFUSED' };
  assert.deepEqual(all.refresh.state, { ...known, unused: null, fetchedAt, lastError });
  all.next.answer = { kind: 'unchanged' };
  await all.clock.advance(10 * MINUTE);
  fetchedAt = at();
  assert.deepEqual(all.refresh.state, { ...known, unused: null, fetchedAt, lastError: null });
  await all.clock.advance(20 * MINUTE);
  fetchedAt = at();
  assert.deepEqual(all.refresh.state, { ...known, unused: 'too-old', fetchedAt, lastError: null });
});

test('"unchanged" without an earlier copy is an error', async () => {
  const all = begin();
  await all.runDue();
  assert.deepEqual(
    [all.refresh.state.unused, all.events()],
    ['not-loaded', ['inventory-not-loaded']],
  );
});
