import assert from 'node:assert/strict';
import { type Access, isByClient } from '../parts/access-log.ts';
import type { Passed } from '../parts/balancer.ts';
import type { FaultyStore } from '../parts/faulty-store.ts';

/** Whether a client requested the blob, or a part of it. */
function isOf(digest: string): (access: Access) => boolean {
  return (access) => isByClient(access) && access.method === 'GET' && access.path.includes(digest);
}

/** The client was sent to the store, and did not request the rest. */
export function assertNotResumed(accesses: readonly Access[], digest: string): void {
  const bodies = accesses.filter(isOf(digest));
  assert.ok(bodies.length > 0, 'nothing was cut');
  for (const { status, range } of bodies) assert.deepEqual([status, range], [200, undefined]);
}

/** The client requested the rest of the blob through Archeio, and got it from the store. */
export function assertResumed(passed: readonly Passed[], digest: string, store: FaultyStore): void {
  const again = passed.findLast(({ target }) => target.includes(digest));
  const range = again?.headers.range;
  const from = Number(/^bytes=([1-9]\d*)-$/.exec(range ?? '')?.[1]);
  assert.ok(from <= store.cutAfter(), `asked for ${range}, was cut after ${store.cutAfter()}`);
  assert.equal(again?.location?.startsWith(store.url), true);
  const answered = store.accesses.findLast(isOf(digest));
  assert.deepEqual([answered?.status, answered?.range], [206, range]);
}
