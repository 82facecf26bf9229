import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isByClient } from '../parts/access-log.ts';
import { untilStates } from '../parts/backend-states.ts';
import type { DockerRegistry } from '../parts/docker-registry.ts';
import type { Radosgw } from '../parts/radosgw.ts';
import { type Front, startFront } from '../pulls/front.ts';
import { AWS } from '../pulls/networks.ts';
import { type Load, type Pulled, startLoad } from './constant-load.ts';
import type { LoadFinding } from './load-table.ts';
import { configuration, FOUND_OUT_WITHIN, HEALTH, MACHINE, type Parts } from './parts.ts';

/** A part that faults happen to, and the one that takes over where it has been in use. */
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

/** How long the load goes on in each state, in milliseconds. */
const OBSERVED = 2000;

/** Two stores and two registries are stopped, killed and revived in turn, and no pull fails. */
export function eachInTurn(parts: () => Parts, findings: LoadFinding[]): void {
  describe('under a constant load of pulls, through two processes on Bun', () => {
    const running = new AsyncDisposableStack();
    let front: Front;
    let load: Load;
    before(async () => {
      const source = configuration(parts(), { processes: 2 });
      front = running.use(await startFront({}, 'bun', source, AWS));
      load = startLoad(parts(), front.host);
      running.defer(() => load.stop());
      await sleep(OBSERVED);
      assertNoneRepeated(await load.settled());
    });
    after(() => running.disposeAsync());

    for (const turn of TURNS) {
      test(`${turn.title} hangs (SIGSTOP) and goes on (SIGCONT)`, async () => {
        const part = turn.part(parts());
        await faulted(turn, 'SIGSTOP', () => Promise.resolve(part.signal('SIGCONT')));
        assertNoneRepeated(await load.settled());
        findings.push({
          what: `${turn.title} hangs (SIGSTOP) and goes on`,
          saw:
            turn.instead === undefined
              ? 'pulled at the first attempt: nobody had been sent there'
              : 'pulled at the first attempt: who had been sent there waited until it went on, later pulls went elsewhere',
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
              ? 'pulled at the first attempt: nobody had been sent there'
              : `pulled; who was still sent there was refused or cut off, and pulled at the second attempt ${FOUND_OUT_WITHIN} ms later`,
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
        // What the supervisor knows its workers know a moment later.
        await sleep(100);
        front.taken();
        const pulls = load.count();
        await sleep(OBSERVED);
        assert.deepEqual(sentTo(front, url), [], 'nobody is sent there any more');
        assert.ok(load.count() > pulls, 'no pull has ended meanwhile');
        if (instead !== undefined && others !== undefined)
          assert.ok((await instead(parts()).log.since(others)).some(isByClient));
      } finally {
        await undo();
      }
      await untilStates(front, { [name]: 'up' }, HEALTH.every + MACHINE);
      if (instead === undefined) return;
      front.taken();
      const mark = await part(parts()).log.mark();
      await sleep(OBSERVED);
      assert.ok(sentTo(front, url).length > 0, 'nobody is sent there again');
      assert.ok((await part(parts()).log.since(mark)).some(isByClient));
    }
  });
}

/** The requests that archeio sent to a server since the last call. */
function sentTo(front: Front, url: string): string[] {
  return front
    .taken()
    .filter(({ location }) => location?.startsWith(`${url}/`))
    .map(({ method, target }) => `${method} ${target}`);
}

function assertComplete(pulled: readonly Pulled[]): void {
  assert.deepEqual(
    pulled.filter(({ complete }) => !complete),
    [],
  );
  for (const client of ['skopeo', 'ctr', "the kubelet's way"])
    assert.ok(
      pulled.some((each) => each.client === client),
      `${client} has not pulled`,
    );
}

/** How clients say that nobody listens there, or no longer. */
const REFUSED = /connection refused|connection reset|EOF/;

/** All that went wrong is what was killed. */
function assertRefused(pulled: readonly Pulled[]): void {
  for (const failure of pulled.flatMap(({ failures }) => failures)) assert.match(failure, REFUSED);
}

function assertNoneRepeated(pulled: readonly Pulled[]): void {
  assertComplete(pulled);
  assert.deepEqual(
    pulled.filter(({ failures }) => failures.length > 0),
    [],
  );
}
