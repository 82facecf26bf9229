import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultFinding, faultsReport } from './fault-table.ts';
import { assertNotResumed, assertResumed } from './resumed.ts';
import { answering, type Begun, GONE, HANGING, type Silence } from './silences.ts';
import { behindProxy, direct, withoutCanaries, withQuickCanaries } from './store-configuration.ts';
import { assertWaits } from './waits.ts';
import { type Runtime, RUNTIMES } from '../parts/archeio-process.ts';
import { unavailable } from '../parts/availability.ts';
import { untilStates } from '../parts/backend-states.ts';
import { CURL } from '../parts/clients/curl.ts';
import { type FaultyStore, startFaultyStore } from '../parts/faulty-store.ts';
import { checkPart } from '../parts/generated-document.ts';
import { type Front, startFront } from '../pulls/front.ts';
import { AWS, GCP } from '../pulls/networks.ts';
import { expectedSources, observe, sourcesOf } from '../pulls/observe.ts';
import {
  clientNamed,
  CLIENTS,
  COMMANDS,
  logsOf,
  type PlacedImage,
  type Scene,
  startScene,
} from '../pulls/scene.ts';
import { startedOnce } from '../parts/started-once.ts';

/** Which clients pull through which runtime. */
const PULLING: Readonly<Record<Runtime, readonly string[]>> = {
  bun: CLIENTS,
  node: ['skopeo', "the kubelet's way"],
};

/** Every client still pulls, every blob from the registry (R12). */
function silentStore(scene: () => Scene, silence: Silence, findings: FaultFinding[]): void {
  describe(`the store ${silence.name}`, () => {
    let begun: Begun;
    before(async () => {
      begun = await silence.begin(scene());
    });
    after(() => begun[Symbol.asyncDispose]());

    for (const runtime of RUNTIMES) {
      for (const name of PULLING[runtime]) {
        test(`${name} pulls through ${runtime}`, async () => {
          const client = clientNamed(scene(), name);
          const { registry, small } = scene();
          const { repository, image } = small;
          // A new server knows nothing, so that each client meets the fault.
          await using front = await startFront(scene(), runtime, begun.source, AWS);
          const source = { host: front.host, repository, reference: image.tag, image };
          const expected = expectedSources(client, small, GCP);
          const served = await observe(
            { registry: registry.log },
            () => scene().use((surroundings) => client.pull(source, surroundings)),
            (served) => sourcesOf(served).size >= expected.size,
          );
          assert.deepEqual(sourcesOf(served), expected);
          const passed = front.taken();
          assertWaits(passed);
          assert.ok(begun.met(passed), 'archeio has not asked the store');
          if (runtime === 'bun')
            findings.push({
              fault: silence.name,
              client: name,
              saw: 'pulled, every blob from the registry',
            });
        });
      }
    }
  });
}

const CUT = 'cuts a blob off';

/**
 * Clients that resume: only the first body is truncated. The others give up, as with any registry, and must pull again.
 * For them each body is truncated until then: docker-registry reads a blob that it does not have twice at the same time,
 * for its client and for itself, in any order.
 */
const RESUMING = new Set(['docker', 'ctr', "the kubelet's way", 'curl']);

/** A position in a blob as a share of its bytes: the same in every run, different for every client. */
function placeFor(client: string): number {
  return (createHash('sha256').update(client).digest().readUInt16BE() + 1) / 65_537;
}

/** A connection to the store breaks in the middle of a layer of 8 MiB. */
function cutBlob(scene: () => Scene, findings: FaultFinding[]): void {
  describe(`the store ${CUT}`, () => {
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
      test(`${name} ${RESUMING.has(name) ? 'resumes' : 'gives up, and succeeds on the next pull'}`, async () => {
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
        findings.push({ fault: CUT, client: name, saw });
      });
    }
  });
}

/** Maximum number of pulls, two per second, until the stores serve one. */
const ATTEMPTS = 40;

/** A store that hung is used again once it continues. */
function recovery(scene: () => Scene): void {
  test('a store that hung is used again once it continues', async () => {
    await using front = await startFront(scene(), 'bun', direct(scene()), AWS);
    const pull = ({ repository, image }: PlacedImage): Promise<void> =>
      scene().use((surroundings) =>
        CURL.pull({ host: front.host, repository, reference: image.tag, image }, surroundings),
      );
    const { radosgw, small, medium } = scene();
    radosgw.signal('SIGSTOP');
    try {
      await pull(small);
    } finally {
      radosgw.signal('SIGCONT');
    }
    const expected = expectedSources(CURL, medium, AWS);
    for (let attempt = 0; ; attempt++) {
      const served = await observe(
        logsOf(scene()),
        () => pull(medium),
        (served) => sourcesOf(served).size >= expected.size,
      );
      assertWaits(front.taken());
      const sources = sourcesOf(served);
      if ([...sources.values()].every((from) => !from.has('registry'))) {
        assert.deepEqual(sources, expected);
        return;
      }
      assert.ok(attempt < ATTEMPTS, 'the stores are still not used');
      await sleep(500);
    }
  });
}

const KNOWN_THEN_GONE = 'is gone, its blobs known to archeio';

/** How clients report that nothing listens there. */
const REFUSED = /connection refused|Couldn't connect to server/;

/** Asks Archeio for every blob of an image without following redirects. */
async function askForBlobs({ host }: Front, { repository, image }: PlacedImage): Promise<void> {
  for (const { digest } of image.blobs) {
    const url = `http://${host}/v2/${repository}/blobs/${digest}`;
    await (await fetch(url, { redirect: 'manual' })).arrayBuffer();
  }
}

/** How long the canaries may take to detect it, in milliseconds. */
const PATIENCE = 20_000;

/** Known blobs are answered from memory: clients are sent to the store until its canaries eject it. */
function knownThenGone(scene: () => Scene, findings: FaultFinding[]): void {
  describe(`the store ${KNOWN_THEN_GONE}`, () => {
    const running = new AsyncDisposableStack();
    let front: Front;
    let gone: AsyncDisposable;
    before(async () => {
      front = running.use(await startFront(scene(), 'bun', withoutCanaries(scene()), AWS));
      await askForBlobs(front, scene().small);
      gone = await GONE.begin(scene());
      running.defer(() => gone[Symbol.asyncDispose]());
    });
    after(() => running.disposeAsync());

    const pull = (name: string): Promise<void> => {
      const { repository, image } = scene().small;
      const source = { host: front.host, repository, reference: image.tag, image };
      return scene().use((surroundings) => clientNamed(scene(), name).pull(source, surroundings));
    };
    const found = (client: string, saw: string): void =>
      void findings.push({ fault: KNOWN_THEN_GONE, client, saw });

    for (const name of ['skopeo', 'curl']) {
      test(`${name} is sent to the store, and fails`, async () => {
        await assert.rejects(pull(name), REFUSED);
        assertWaits(front.taken());
        found(name, 'failed until the canaries had found out: the store refused the connection');
      });
    }
    test('its canaries detect it', () => {
      front.configure(withQuickCanaries(scene()));
      return untilStates(front, { paris: 'down', default: 'down' }, PATIENCE, () =>
        askForBlobs(front, scene().small),
      );
    });
    for (const name of CLIENTS) {
      test(`${name} pulls from the registry from then on`, async () => {
        const expected = expectedSources(clientNamed(scene(), name), scene().small, GCP);
        const served = await observe(
          { registry: scene().registry.log },
          () => pull(name),
          (served) => sourcesOf(served).size >= expected.size,
        );
        assert.deepEqual(sourcesOf(served), expected);
        assertWaits(front.taken());
        found(name, 'pulled once the canaries had found out, every blob from the registry');
      });
    }
    test('the store is used again once it is back', async () => {
      await gone[Symbol.asyncDispose]();
      gone = new AsyncDisposableStack();
      await untilStates(front, { paris: 'up', default: 'up' }, PATIENCE, () =>
        askForBlobs(front, scene().small),
      );
      const expected = expectedSources(clientNamed(scene(), 'skopeo'), scene().small, AWS);
      const served = await observe(
        logsOf(scene()),
        () => pull('skopeo'),
        (served) => sourcesOf(served).size >= expected.size,
      );
      assert.deepEqual(sourcesOf(served), expected);
    });
  });
}

describe(
  'real clients, while the store misbehaves',
  { skip: unavailable(COMMANDS, 'root') },
  () => {
    const scene = startedOnce(startScene);

    const faults: FaultFinding[] = [];
    silentStore(scene, answering(403), faults);
    silentStore(scene, answering(500), faults);
    cutBlob(scene, faults);
    silentStore(scene, HANGING, faults);
    recovery(scene);
    knownThenGone(scene, faults);
    silentStore(scene, GONE, faults);
    test('docs/internals/faults.md matches the results', () => {
      checkPart('docs/internals/faults.md', faultsReport(faults));
    });
  },
);
