import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { capacityFor } from './capacity.ts';
import { LIMITS } from './limits.ts';

test('with enough open files allowed, Archeio’s own limits apply', () => {
  for (const openFiles of [undefined, 1_048_576, 524_288, 16_384 + 64 + 256 + 64 * 3])
    assert.deepEqual(capacityFor(openFiles, 3), {
      connections: LIMITS.connections,
      admin: 256,
      openFiles,
      wanted: 16_896,
    });
});

test('clients get the files beyond a reserve, and at least half of all', () => {
  for (const [openFiles, backends, connections, admin] of [
    [64, 1, 32, 4],
    [256, 1, 128, 16],
    [1024, 1, 640, 64],
    [4096, 2, 3648, 256],
    [4096, 100, 2048, 256],
    [3, 1, 2, 2],
  ] as const) {
    const capacity = capacityFor(openFiles, backends);
    assert.deepEqual([capacity.connections, capacity.admin], [connections, admin]);
  }
});

test('the listeners together leave the files that the process and its checks need, or almost half', () => {
  fc.assert(
    fc.property(fc.integer({ min: 64, max: 100_000 }), fc.nat(1000), (openFiles, backends) => {
      const { connections, admin } = capacityFor(openFiles, backends);
      const left = openFiles - connections - admin;
      assert.ok(left >= Math.min(64 + 64 * backends, (openFiles * 7) / 16 - 1), String(left));
    }),
  );
});
