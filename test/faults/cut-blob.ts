import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { type Access, isByClient } from '../parts/access-log.ts';
import type { Passed } from '../parts/balancer.ts';
import { type FaultyStore, startFaultyStore } from '../parts/faulty-store.ts';
import { startFront } from '../pulls/front.ts';
import { AWS } from '../pulls/networks.ts';
import { CLIENTS, clientNamed, type Scene } from '../pulls/scene.ts';
import type { FaultFinding } from './fault-table.ts';
import { behindProxy } from './store-configuration.ts';
import { assertWaits } from './waits.ts';

const NAME = 'cuts a blob off';

/**
 * Clients that come back for the rest: only the first body is cut. The others give up, as they do with any registry, and
 * have to be asked again. For them each body is cut until then: docker-registry reads a blob that it does not have twice
 * at the same time, for its client and for itself, and either may come first.
 */
const RESUMING = new Set(['docker', 'ctr', "the kubelet's way", 'curl']);

/** A place in a blob that is the same in every run and another for every client, as a part of its bytes. */
function placeFor(client: string): number {
  return (createHash('sha256').update(client).digest().readUInt16BE() + 1) / 65_537;
}

/** A connection to the store breaks in the middle of a layer of 8 MiB. */
export function cutBlob(scene: () => Scene, findings: FaultFinding[]): void {
  describe(`the store ${NAME}`, () => {
    let store: FaultyStore;
    let door: Disposable;
    before(async () => {
      store = await startFaultyStore(scene().radosgw.url);
      door = await scene().namespace.open(store.port);
    });
    after(async () => {
      door[Symbol.dispose]();
      await store[Symbol.asyncDispose]();
    });

    for (const name of CLIENTS) {
      test(`${name} ${RESUMING.has(name) ? 'comes back for the rest' : 'gives up, and pulls when asked again'}`, async () => {
        const { repository, image } = scene().medium;
        const { digest } = image.blobs.find(({ size }) => size > 1024 * 1024)!;
        await using front = await startFront(scene(), 'bun', behindProxy(scene(), store), AWS);
        const source = { host: front.host, repository, reference: image.tag, image };
        const pull = (): Promise<void> =>
          scene().use((surroundings) => clientNamed(scene(), name).pull(source, surroundings));
        const bodies = RESUMING.has(name) ? 'first' : 'every';
        store.misbehave({ kind: 'cut', bodies, digest, after: placeFor(name) });
        const asked = store.accesses.length;

        let saw: string;
        if (RESUMING.has(name)) {
          await pull();
          const passed = front.taken();
          assertResumed(passed, digest, store);
          assertWaits(passed);
          saw = 'pulled: asked archeio again with `Range`, and got the rest from the store';
        } else {
          await assert.rejects(pull, /unexpected EOF/);
          assertWaits(front.taken());
          assertNotResumed(store.accesses.slice(asked), digest);
          store.misbehave(undefined);
          await pull();
          assertWaits(front.taken());
          saw = 'failed with `unexpected EOF`; pulled when asked again';
        }
        findings.push({ fault: NAME, client: name, saw });
      });
    }
  });
}

/** Whether a client asked for that blob, or a part of it. */
function isOf(digest: string): (access: Access) => boolean {
  return (access) => isByClient(access) && access.method === 'GET' && access.path.includes(digest);
}

/** The client was sent to the store, and did not ask for the rest. */
function assertNotResumed(accesses: readonly Access[], digest: string): void {
  const bodies = accesses.filter(isOf(digest));
  assert.ok(bodies.length > 0, 'nothing was cut');
  for (const { status, range } of bodies) assert.deepEqual([status, range], [200, undefined]);
}

/** The rest of the blob was asked for through archeio, and came from the store. */
function assertResumed(passed: readonly Passed[], digest: string, store: FaultyStore): void {
  const again = passed.findLast(({ target }) => target.includes(digest));
  const range = again?.headers.range;
  const from = Number(/^bytes=([1-9]\d*)-$/.exec(range ?? '')?.[1]);
  assert.ok(from <= store.cutAfter(), `asked for ${range}, was cut after ${store.cutAfter()}`);
  assert.equal(again?.location?.startsWith(store.url), true);
  const answered = store.accesses.findLast(isOf(digest));
  assert.deepEqual([answered?.status, answered?.range], [206, range]);
}
