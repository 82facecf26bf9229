import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { backendStates, untilStates } from '../parts/backend-states.ts';
import { SKOPEO } from '../parts/clients/skopeo.ts';
import { RUNTIMES } from '../parts/archeio-process.ts';
import { startFaultyStore } from '../parts/faulty-store.ts';
import { assertWaits, BUDGET } from '../faults/waits.ts';
import { type Front, startFront } from '../pulls/front.ts';
import { AWS } from '../pulls/networks.ts';
import type { LoadFinding } from './load-table.ts';
import { configuration, FOUND_OUT_WITHIN, HEALTH, MACHINE, type Parts } from './parts.ts';

/** A request that waited so long has waited for the store, in milliseconds. */
const WAITED_FOR_STORE = 400;

/** Asks archeio, and goes nowhere. */
async function locationOf({ host }: Front, path: string): Promise<[number, string | null]> {
  const answer = await fetch(`http://${host}/v2/${path}`, { redirect: 'manual' });
  await answer.arrayBuffer();
  return [answer.status, answer.headers.get('location')];
}

/** A digest that is nowhere. */
function coldBlob(number: number): string {
  return `one/blobs/sha256:${number.toString(16).padStart(64, '0')}`;
}

/** Faults that do not need a load to be seen, on both runtimes. */
export function moments(parts: () => Parts, findings: LoadFinding[]): void {
  for (const runtime of RUNTIMES) {
    const found = (what: string, saw: string): void => {
      if (runtime === 'bun') findings.push({ what, saw });
    };
    describe(`through ${runtime}`, () => {
      test('a bucket that answers heads while its bodies hang is found out by its canary, and comes back', async () => {
        const { stores, images, folder } = parts();
        const [{ repository, image }] = images;
        await using near = await startFaultyStore(stores.near.url);
        const source = configuration(parts(), { nearUrl: near.url });
        await using front = await startFront({}, runtime, source, AWS);
        const { digest } = image.blobs[0];
        const blob = `${repository}/blobs/${digest}`;
        assert.deepEqual(await locationOf(front, blob), [307, `${near.url}/blobs/${digest}`]);

        near.misbehave({ kind: 'hang' });
        const ask = (): Promise<unknown> => locationOf(front, blob);
        await untilStates(front, { near: 'down' }, FOUND_OUT_WITHIN + MACHINE, ask);
        assert.deepEqual(await locationOf(front, blob), [307, `${stores.far.url}/blobs/${digest}`]);
        const asked = { host: front.host, repository, reference: image.tag, image };
        await SKOPEO.pull(asked, { folder: mkdtempSync(join(folder, 'pull-')) });

        near.misbehave(undefined);
        await untilStates(front, { near: 'up' }, HEALTH.every + MACHINE, ask);
        assert.deepEqual(await locationOf(front, blob), [307, `${near.url}/blobs/${digest}`]);
        found(
          'the near store answers heads, its bodies hang',
          'skopeo pulled from the other region once a canary had found out',
        );
      });

      test('a near store that hangs costs the first requests one budget, and nobody after that', async () => {
        const { near } = parts().stores;
        await using front = await startFront({}, runtime, configuration(parts()), AWS);
        near.signal('SIGSTOP');
        try {
          await Promise.all([1, 2, 3].map((number) => locationOf(front, coldBlob(number))));
          const first = front.taken();
          assertWaits(first);
          // They ask the same store: who comes a moment later waits until the budget of the first one is over.
          const begun = Math.min(...first.map((each) => each.begun));
          for (const each of first)
            assert.ok(each.begun + each.waited - begun >= BUDGET, JSON.stringify([begun, first]));
          for (let number = 10; number < 60; number++) await locationOf(front, coldBlob(number));
          const late = front
            .taken()
            .filter(({ waited, withoutCore }) => waited - withoutCore >= WAITED_FOR_STORE);
          assert.deepEqual(late, []);
          found(
            'the near store hangs (SIGSTOP), its blobs not known',
            'the first three requests, at once, waited for the budget of 500 ms; none of the next fifty did',
          );
        } finally {
          near.signal('SIGCONT');
        }
      });

      test('never are all upstreams out of use: with both down the first one is', async () => {
        const { registries, images } = parts();
        const [{ repository, image }] = images;
        const manifest = `${repository}/manifests/${image.tag}`;
        const path = `/v2/images/${manifest}`;
        await using front = await startFront({}, runtime, configuration(parts()), AWS);
        const ask = (): Promise<unknown> => locationOf(front, manifest);
        await ask();
        for (const each of Object.values(registries)) each.signal('SIGKILL');
        try {
          const both = { first: 'down', second: 'down' } as const;
          await untilStates(front, both, 2 * (FOUND_OUT_WITHIN + MACHINE), ask);
          assert.deepEqual(await locationOf(front, manifest), [307, registries.first.url + path]);
          await registries.second.restart();
          await untilStates(front, { second: 'up' }, HEALTH.every + MACHINE, ask);
          assert.equal((await backendStates(front))['first'], 'down');
          assert.deepEqual(await locationOf(front, manifest), [307, registries.second.url + path]);
          found(
            'both upstreams are killed (SIGKILL), and the second one is started again',
            'manifests: redirected to the first one, then to the second one',
          );
        } finally {
          for (const each of Object.values(registries)) await each.restart();
        }
      });
    });
  }
}
