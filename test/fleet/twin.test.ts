import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deployment, REGIONS } from '../../bench/fleet/model/deployment.ts';
import { Fleet } from '../../bench/fleet/model/fleet.ts';
import { MINUTE, type Settings } from '../../bench/fleet/model/settings.ts';
import { QUICK } from '../../bench/fleet/study/results.ts';
import { Twin } from './twin.ts';

const REGISTRY = deployment();
const MINUTES = 15;

for (const [seed, presentFor, absentFor] of [
  [1, 60 * MINUTE, 10 * MINUTE],
  [2, 2 * MINUTE, MINUTE],
  [3, MINUTE / 2, 3 * MINUTE],
] as const)
  test(
    `a fleet that shares nothing asks as its slow twin does (seed ${seed})`,
    { timeout: 60_000 },
    async () => {
      const settings: Settings = {
        ...QUICK,
        seed,
        presentFor,
        absentFor,
        instances: 1,
        lifetime: Infinity,
        entries: 20_000,
        head: [0, 0],
      };
      const fleet = new Fleet(settings, REGISTRY);
      await fleet.run(MINUTES * MINUTE);
      await fleet.finish();
      const twin = new Twin(settings, REGISTRY);
      twin.run(MINUTES * MINUTE);
      const { requests, own, heads, rechecks, upstream } = fleet.tally.minutes(0, MINUTES + 1);
      assert.deepEqual(
        { requests, own, heads, rechecks, upstream },
        {
          requests: twin.requests,
          own: twin.own,
          heads: twin.heads,
          rechecks: twin.rechecks,
          upstream: twin.upstream,
        },
      );
      assert.equal(fleet.memory().evictions, 0);
    },
  );

test('an empty fleet asks for as many blobs as chance demands', { timeout: 60_000 }, async () => {
  const settings: Settings = {
    ...QUICK,
    region: 'us-east4',
    lifetime: Infinity,
    missingShare: 0,
    onceShare: 0,
  };
  const fleet = new Fleet(settings, REGISTRY);
  await fleet.run(MINUTES * MINUTE);
  const weights = Array.from({ length: settings.blobs }, (_, at) => (at + 1) ** -settings.exponent);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  let expected = 0;
  for (const { stores, share, region: of } of REGISTRY.clients) {
    if (stores.length === 0 || REGIONS[of] !== settings.region) continue;
    const each = (settings.requestsPerSecond * share * MINUTES * 60) / settings.instances;
    // All clients of a store share what is known of it.
    const others = REGISTRY.clients.filter(
      (other) => other.region === of && other.stores[0] === stores[0],
    );
    assert.equal(others.length, 1);
    for (const weight of weights)
      expected += settings.instances * (1 - Math.exp((-each * weight) / all));
  }
  const { heads } = fleet.tally.minutes(0, MINUTES);
  assert.ok(Math.abs(heads / expected - 1) < 0.03, `${heads} instead of ${expected.toFixed(0)}`);
});
