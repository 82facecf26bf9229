import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FALLBACK_SNAPSHOT } from '@archeio/request-handler';
import { assembled, digest } from './testing/assembled.ts';

test('stores are passed over, upstreams are used, and nobody is told that we are well', () => {
  const { policy } = assembled();
  assert.deepEqual(
    policy.backends.map((backend) => FALLBACK_SNAPSHOT.condition(backend)),
    ['down', 'down', 'up'],
  );
  assert.equal(FALLBACK_SNAPSHOT.presence(policy.stores[0], digest(1)), 'unknown');
  assert.equal(
    FALLBACK_SNAPSHOT.upstreamHas(policy.registries[0].upstreams[0], 'blob', 'a', digest(1)),
    'unknown',
  );
  assert.ok(FALLBACK_SNAPSHOT.isRepository(policy.registries[0], 'a'));
  assert.equal(FALLBACK_SNAPSHOT.healthy('readyz'), false);
});
