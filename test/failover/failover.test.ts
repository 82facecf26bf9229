import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Load, startLoad } from './constant-load.ts';
import { type LoadFinding, loadReport } from './load-table.ts';
import {
  COMMANDS,
  configuration,
  FOUND_OUT_WITHIN,
  HEALTH,
  MACHINE,
  type Parts,
  startParts,
} from './parts.ts';
import { assertComplete, assertNoneRepeated, assertRefused, sentTo } from './pulled.ts';
import { assertWaits, BUDGET } from '../faults/waits.ts';
import { isByClient } from '../parts/access-log.ts';
import { RUNTIMES } from '../parts/archeio-process.ts';
import { unavailable } from '../parts/availability.ts';
import { backendStates, untilStates } from '../parts/backend-states.ts';
import { SKOPEO } from '../parts/clients/skopeo.ts';
import type { DockerRegistry } from '../parts/docker-registry.ts';
import { startFaultyStore } from '../parts/faulty-store.ts';
import { checkPart } from '../parts/generated-document.ts';
import { until } from '../parts/log-waits.ts';
import type { Radosgw } from '../parts/radosgw.ts';
import { type Front, startFront } from '../pulls/front.ts';
import { AWS } from '../pulls/networks.ts';
import { startedOnce } from '../parts/started-once.ts';

/** A request that took at least this long waited for the store, in milliseconds. */
const WAITED_FOR_STORE = 400;

/** Asks Archeio without following the redirect. */
async function locationOf({ host }: Front, path: string): Promise<[number, string | null]> {
  const answer = await fetch(`http://${host}/v2/${path}`, { redirect: 'manual' });
  await answer.arrayBuffer();
  return [answer.status, answer.headers.get('location')];
}

/** A digest that no store has. */
function coldBlob(number: number): string {
  return `one/blobs/sha256:${number.toString(16).padStart(64, '0')}`;
}

/** Faults that show without load, on both runtimes. */
function moments(parts: () => Parts, findings: LoadFinding[]): void {
  for (const runtime of RUNTIMES) {
    const found = (what: string, saw: string): void => {
      if (runtime === 'bun') findings.push({ what, saw });
    };
    describe(`through ${runtime}`, () => {
      test('a canary detects a bucket that answers HEAD while its bodies hang, and its recovery', async () => {
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

      test('a near store that hangs delays only the first requests, by one budget', async () => {
        const { near } = parts().stores;
        await using front = await startFront({}, runtime, configuration(parts()), AWS);
        near.signal('SIGSTOP');
        try {
          await Promise.all([1, 2, 3].map((number) => locationOf(front, coldBlob(number))));
          const first = front.taken();
          assertWaits(first);
          // They ask the same store: later requests wait until the budget of the first one ends.
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

      test('the first upstream is used if all are down', async () => {
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

/** A part that fails, and the one that replaces it. */
interface Turn {
  readonly name: 'near' | 'far' | 'first' | 'second';
  readonly title: string;
  readonly part: (parts: Parts) => Radosgw | DockerRegistry;
  readonly instead?: (parts: Parts) => Radosgw | DockerRegistry;
}

const TURNS: readonly Turn[] = [
  {
    name: 'near',
    title: 'the near store',
    part: ({ stores }) => stores.near,
    instead: ({ stores }) => stores.far,
  },
  {
    name: 'first',
    title: 'the first upstream',
    part: ({ registries }) => registries.first,
    instead: ({ registries }) => registries.second,
  },
  { name: 'far', title: "another region's store", part: ({ stores }) => stores.far },
  { name: 'second', title: 'the second upstream', part: ({ registries }) => registries.second },
];

/** How many pulls by skopeo run in each state; the other clients begin one each in that time. */
const OBSERVED = 3;

/** Two stores and two registries are stopped, killed and revived in turn, and no pull fails. */
function eachInTurn(parts: () => Parts, findings: LoadFinding[]): void {
  describe('under a constant load of pulls, through two processes on Bun', () => {
    const running = new AsyncDisposableStack();
    let front: Front;
    let load: Load;
    before(async () => {
      const source = configuration(parts(), { processes: 2 });
      front = running.use(await startFront({}, 'bun', source, AWS));
      load = startLoad(parts(), front.host);
      running.defer(() => load.stop());
      await load.pulls(OBSERVED);
      assertNoneRepeated(await load.settled());
    });
    after(() => running.disposeAsync());

    for (const turn of TURNS) {
      test(`${turn.title} hangs (SIGSTOP) and continues (SIGCONT)`, async () => {
        const part = turn.part(parts());
        await faulted(turn, 'SIGSTOP', () => Promise.resolve(part.signal('SIGCONT')));
        assertNoneRepeated(await load.settled());
        findings.push({
          what: `${turn.title} hangs (SIGSTOP) and continues`,
          saw:
            turn.instead === undefined
              ? 'pulled at the first attempt: no client had been sent there'
              : 'pulled at the first attempt: clients that had been sent there waited until it continued, later pulls went elsewhere',
        });
      });
      test(`${turn.title} is killed (SIGKILL) and started again`, async () => {
        await faulted(turn, 'SIGKILL', () => turn.part(parts()).restart());
        const pulled = await load.settled();
        if (turn.instead === undefined) assertNoneRepeated(pulled);
        else assertComplete(pulled);
        assertRefused(pulled);
        findings.push({
          what: `${turn.title} is killed (SIGKILL) and started again`,
          saw:
            turn.instead === undefined
              ? 'pulled at the first attempt: no client had been sent there'
              : `pulled; clients that were still sent there were refused or cut off, and pulled at the second attempt ${FOUND_OUT_WITHIN} ms later`,
        });
      });
    }

    /** Sends the signal, sees traffic move, undoes it, and sees traffic come back. */
    async function faulted(
      { name, part, instead }: Turn,
      signal: 'SIGSTOP' | 'SIGKILL',
      undo: () => Promise<void>,
    ): Promise<void> {
      const { url } = part(parts());
      const others = await instead?.(parts()).log.mark();
      part(parts()).signal(signal);
      try {
        if (instead !== undefined)
          await untilStates(front, { [name]: 'down' }, FOUND_OUT_WITHIN + MACHINE);
        // Workers learn what the supervisor knows a moment later.
        await sleep(100);
        front.taken();
        await load.pulls(OBSERVED);
        assert.deepEqual(sentTo(front, url), [], 'no client is sent there any more');
        if (instead !== undefined && others !== undefined)
          assert.ok((await instead(parts()).log.since(others)).some(isByClient));
      } finally {
        await undo();
      }
      await untilStates(front, { [name]: 'up' }, HEALTH.every + MACHINE);
      if (instead === undefined) return;
      front.taken();
      const { log } = part(parts());
      const mark = await log.mark();
      const again = (): boolean => sentTo(front, url).length > 0;
      await until('clients to be sent there again', again, MACHINE);
      const asked = async (): Promise<boolean> => (await log.since(mark)).some(isByClient);
      await until('what they ask there', asked, MACHINE);
    }
  });
}

describe('two stores and two registries', { skip: unavailable(COMMANDS, 'root') }, () => {
  const parts = startedOnce(startParts);

  const alone: LoadFinding[] = [];
  moments(parts, alone);
  const underLoad: LoadFinding[] = [];
  eachInTurn(parts, underLoad);
  test('docs/internals/faults.md matches the results', () => {
    checkPart('docs/internals/faults.md', loadReport(underLoad, alone));
  });
});
