import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deployment, REGIONS } from '../../bench/fleet/model/deployment.ts';
import { Fleet } from '../../bench/fleet/model/fleet.ts';
import { MINUTE, type Settings } from '../../bench/fleet/model/settings.ts';
import { type Counts, sum } from '../../bench/fleet/model/tally.ts';
import { QUICK, VARIANTS } from '../../bench/fleet/study/results.ts';

const MINUTES = 20;
const REGISTRY = deployment();

/** Everything that happens to a fleet: a release, growth, and the replacement of all instances. */
async function eventful(settings: Settings): Promise<{ fleet: Fleet; counts: Counts }> {
  const fleet = new Fleet(settings, REGISTRY);
  await fleet.run(6 * MINUTE);
  fleet.release({ at: fleet.now, blobs: 50, share: 0.3, ramp: MINUTE });
  await fleet.run(10 * MINUTE);
  fleet.grow(0, 2);
  fleet.redeploy(MINUTE);
  await fleet.run(MINUTES * MINUTE);
  await fleet.finish();
  return { fleet, counts: fleet.tally.minutes(0, MINUTES + 1) };
}

for (const variant of VARIANTS) {
  const name = `shared memory: ${variant.sharing}, inventories: ${variant.inventory ? 'yes' : 'no'}`;

  test(
    `each request is counted once, and so is each check (${name})`,
    { timeout: 60_000 },
    async () => {
      // Results go stale within the run, so that the background checks are counted as well.
      const { counts } = await eventful({
        ...QUICK,
        ...variant,
        presentFor: 3 * MINUTE,
        absentFor: MINUTE,
      });
      assert.ok(counts.requests > 40_000);
      assert.equal(
        counts.requests,
        counts.stays + counts.own + counts.proven + counts.joined + counts.shared + counts.store,
      );
      assert.equal(counts.checks, counts.sharedHits + counts.leaseWaits + counts.heads);
      assert.ok(counts.rechecks > 0 && counts.rechecks < counts.checks);
      assert.ok(counts.headsDefault > 0 && counts.headsDefault < counts.heads);
      assert.ok(counts.upstream > 0 && counts.upstream < counts.requests - counts.stays);
      assert.equal(counts.proven > 0, variant.inventory);
      assert.equal(counts.shared > 0, variant.sharing !== 'none');
      assert.equal(counts.sharedHits > 0, variant.sharing !== 'none');
    },
  );
}

test(
  'regions that take turns have the HEADs of regions that run at once',
  { timeout: 60_000 },
  async () => {
    const together = await eventful(QUICK);
    const regions = new Set(REGISTRY.clients.map(({ region }) => region));
    const alone: Counts[] = [];
    for (const region of regions)
      alone.push((await eventful({ ...QUICK, region: REGIONS[region] })).counts);
    const inTurns = sum(alone);
    // Other random numbers, the same law: the requests themselves differ by half a per cent.
    for (const field of ['requests', 'heads', 'own'] as const) {
      const ratio = inTurns[field] / together.counts[field];
      assert.ok(Math.abs(ratio - 1) < 0.03, `${field}: ${ratio}`);
    }
  },
);

test(
  'a memory that is too small evicts and asks more; one that is large enough never does',
  { timeout: 60_000 },
  async () => {
    const settings = { ...QUICK, region: 'us-east4', lifetime: Infinity };
    const large = new Fleet(settings, REGISTRY);
    const small = new Fleet({ ...settings, entries: 100 }, REGISTRY);
    for (const fleet of [large, small]) await fleet.run(10 * MINUTE);
    assert.equal(large.memory().evictions, 0);
    assert.ok(small.memory().evictions > 0);
    assert.equal(small.memory().mostEntries, 100);
    assert.ok(small.tally.minutes(0, 10).heads > 1.2 * large.tally.minutes(0, 10).heads);
  },
);
