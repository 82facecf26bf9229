import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTHING_KNOWN } from './nothing-known.ts';
import { assembled, digest } from '../worker/testing/assembled.ts';

test('stores are passed over, upstreams are used, and nobody is told that we are well', () => {
  const { policy } = assembled();
  assert.deepEqual(
    policy.backends.map((backend) => NOTHING_KNOWN.condition(backend)),
    ['down', 'down', 'up'],
  );
  assert.equal(NOTHING_KNOWN.presence(policy.stores[0], digest(1)), 'unknown');
  assert.equal(
    NOTHING_KNOWN.upstreamHas(policy.registries[0].upstreams[0], 'blob', 'a', digest(1)),
    'unknown',
  );
  assert.ok(NOTHING_KNOWN.isRepository(policy.registries[0], 'a'));
  assert.equal(NOTHING_KNOWN.healthy('readyz'), false);
});
