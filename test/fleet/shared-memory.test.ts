import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CheckResult } from '@archeio/presence';
import { Checks } from '../../bench/fleet/model/checks.ts';
import { roundTrip } from '../../bench/fleet/model/fleet.ts';
import { Random } from '../../bench/fleet/model/random.ts';
import { DEFAULTS, MINUTE } from '../../bench/fleet/model/settings.ts';
import { SharedMemory } from '../../bench/fleet/model/shared-memory.ts';
import { Stores } from '../../bench/fleet/model/stores.ts';
import { Tally } from '../../bench/fleet/model/tally.ts';
import { MISSING } from '../../bench/fleet/model/traffic.ts';
import { settlePromises, VirtualClock } from '../../bench/fleet/model/virtual-clock.ts';

function setUp() {
  const clock = new VirtualClock();
  const tally = new Tally(2);
  const memory = new SharedMemory(clock, DEFAULTS);
  const checks = new Checks({
    clock,
    stores: new Stores(DEFAULTS, 2),
    tally,
    random: new Random(1, 'latency'),
    head: [50, 50],
    defaultStore: 1,
    shared: [memory, undefined],
    roundTrip: [1, 1],
  });
  /** Lets everything happen that happens until then. */
  const advance = async (milliseconds: number): Promise<void> => {
    const end = clock.now() + milliseconds;
    while (clock.nextDue() <= end) {
      clock.fireNext();
      await settlePromises();
    }
    clock.advanceTo(end);
  };
  const check = (blob: number, region = 0): Promise<CheckResult | undefined> =>
    checks.check(region, 0, blob, () => undefined);
  return { tally, memory, advance, check };
}

test('of instances that ask for a blob at the same moment, one asks the store', async () => {
  const { tally, advance, check } = setUp();
  const all = Array.from({ length: 8 }, () => check(5));
  await advance(100);
  assert.deepEqual(
    new Set((await Promise.all(all)).map((result) => result?.state)),
    new Set(['present']),
  );
  const { heads, leaseWaits, sharedHits, checks } = tally.minutes(0, 1);
  assert.deepEqual(
    { heads, leaseWaits, sharedHits, checks },
    { heads: 1, leaseWaits: 7, sharedHits: 0, checks: 8 },
  );
});

test('what one instance has learnt, another one finds until it expires', async () => {
  const { tally, memory, advance, check } = setUp();
  const ask = async (blob: number): Promise<string> => {
    const before = tally.minutes(0, 1).heads;
    const result = check(blob);
    await advance(100);
    return `${(await result)?.state} after ${tally.minutes(0, 1).heads - before} HEADs`;
  };
  assert.equal(await ask(5), 'present after 1 HEADs');
  assert.equal(await ask(5), 'present after 0 HEADs');
  assert.equal(await ask(MISSING), 'absent after 1 HEADs');
  // Not remembered by the second instance, whose memory would begin another lifetime.
  assert.equal(await ask(MISSING), 'undefined after 0 HEADs');
  assert.equal(memory.entries, 2);
  await advance(DEFAULTS.absentFor);
  assert.equal(await ask(MISSING), 'absent after 1 HEADs');
  await advance(DEFAULTS.presentFor);
  assert.equal(memory.entries, 0);
  assert.equal(await ask(5), 'present after 1 HEADs');
});

test('a region without a shared memory asks its store each time', async () => {
  const { tally, advance, check } = setUp();
  for (let time = 0; time < 3; time++) {
    const result = check(5, 1);
    await advance(MINUTE / 10);
    assert.equal((await result)?.state, 'present');
  }
  assert.equal(tally.minutes(0, 2).heads, 3);
});

test('one shared memory for all is near to its own region, and far from another continent', () => {
  assert.equal(roundTrip({ sharing: 'region' }, 'asia-east1'), 1);
  assert.equal(roundTrip({ sharing: 'global' }, 'us-central1'), 1);
  const tokyo = roundTrip({ sharing: 'global' }, 'asia-northeast1');
  assert.ok(tokyo > 90 && tokyo < 120, String(tokyo));
});
