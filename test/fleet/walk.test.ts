import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeFacts, plan, type Presence, type Snapshot } from '@archeio/redirect';
import { digestOf } from '../../bench/fleet/model/blob-keys.ts';
import { compilePreset, deployment, REGIONS } from '../../bench/fleet/model/deployment.ts';
import { Random } from '../../bench/fleet/model/random.ts';
import { walk } from '../../bench/fleet/model/walk.ts';

const STATES: readonly Presence[] = ['present', 'stale', 'absent', 'unknown', 'unasked'];

test('the simulation walks over stores as the product plans, whatever is known of them', () => {
  const { policy, places } = compilePreset();
  const random = new Random(1, 'states');
  let asked = 0;
  for (let place = -1; place < places.length; place++)
    for (let round = 0; round < 50; round++) {
      const digest = digestOf(random.below(1000));
      const states = policy.stores.map(() => STATES[random.below(STATES.length)]);
      const snapshot: Snapshot = {
        healthy: () => true,
        condition: () => 'up',
        presence: ({ index }) => states[index],
        upstreamHas: () => 'unknown',
        isRepository: () => true,
      };
      const facts = makeFacts('GET', `/v2/pause/blobs/${digest}`, place, 0);
      const decision = plan(facts, policy, snapshot);
      const unknown = plan(facts, policy, { ...snapshot, presence: () => 'unasked' });
      const stores = (unknown.ask ?? []).map(({ index }) => index);
      const walked = walk(stores, (store) => states[store]);
      assert.deepEqual(
        walked.ask,
        decision.ask?.map(({ index }) => index),
      );
      assert.equal(walked.recheck, decision.recheck?.index ?? -1);
      assert.equal(walked.found, decision.backend?.kind === 'store' ? decision.backend.index : -1);
      if (walked.ask !== undefined) asked++;
    }
  assert.ok(asked > 1000);
});

test('all clients are served by some region, those of Google Cloud without a store, all others with the CDN last', () => {
  const { clients, defaultStore, storeNames } = deployment();
  const total = clients.reduce((sum, { share }) => sum + share, 0);
  assert.ok(Math.abs(total - 1) < 1e-9);
  assert.equal(new Set(clients.map(({ region }) => region)).size, REGIONS.length);
  assert.equal(storeNames[defaultStore], 'cdn');
  assert.ok(clients.every(({ stores }) => stores.length === 0 || stores.at(-1) === defaultStore));
  assert.equal(clients.filter(({ stores }) => stores.length === 0).length, REGIONS.length);
  assert.ok(clients.some(({ stores }) => stores.length === 2));
});
