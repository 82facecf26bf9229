import { parseAddr } from '@archeio/netip';
import type { ConfigurationSource } from '@archeio/configuration';
import type { Backend, Decision, Presence } from '@archeio/redirect';
import fc from 'fast-check';
import type { StoreAnswer } from '@archeio/content-checks';
import {
  type Assembled,
  assembled,
  digest,
  incoming,
  PRESENT,
  UNAVAILABLE,
} from '../../../worker/testing/assembled.ts';
import type { Asked } from './record-decision.ts';

const BUCKETS = ['a', 'b', 'c', 'd', 'one', 'other'].flatMap((name) => [
  `${name}.example`,
  `origin-of-${name}.example`,
]);
const UPSTREAMS = ['upstream', 'second', 'docker', 'signatures'].map((name) => `${name}.example`);
/** Numbers of the digests that exist. */
const DIGESTS = [0, 1, 2];

const ABSENT: StoreAnswer = { kind: 'status', status: 404, size: -1 };

/** What is where, and what is healthy, whatever a configuration says. */
export interface World {
  /** By host, then by number of the digest. */
  readonly answers: Readonly<Record<string, readonly StoreAnswer[]>>;
  readonly upstreams: Readonly<Record<string, Presence>>;
  /** Names on the list of registry k8s, if it has one: by the number of its upstreams. */
  readonly lists: Readonly<Record<number, readonly string[]>>;
  /** Hosts of unhealthy backends. */
  readonly down: readonly string[];
}

const answer = fc.constantFrom(PRESENT, PRESENT, ABSENT, ABSENT, UNAVAILABLE);
const names = fc.constantFrom(['a'], ['pause'], ['a', 'pause']);

export const arbitraryWorld: fc.Arbitrary<World> = fc.record({
  answers: fc
    .array(fc.array(answer, { minLength: 3, maxLength: 3 }), { minLength: 12, maxLength: 12 })
    .map((all) => Object.fromEntries(BUCKETS.map((host, at) => [host, all[at] ?? []]))),
  upstreams: fc
    .array(fc.constantFrom<Presence>('present', 'absent', 'unknown'), {
      minLength: 4,
      maxLength: 4,
    })
    .map((all) => Object.fromEntries(UPSTREAMS.map((host, at) => [host, all[at] ?? 'unknown']))),
  lists: fc.record({ 1: names, 2: names }),
  down: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    fc.subarray([...BUCKETS, ...UPSTREAMS], { maxLength: 3 }),
  ),
});

/** The host where a backend is asked for content. */
export function hostOf(backend: Backend): string {
  return new URL(backend.kind === 'store' ? backend.checkUrl : backend.url).host;
}

/** A handler in this world, with nothing in its memory. */
export function handlerIn(
  source: ConfigurationSource,
  { answers, upstreams, lists, down }: World,
): Assembled {
  const parts = assembled(source);
  for (const [host, each] of Object.entries(answers))
    for (const number of DIGESTS)
      parts.checker.answers.set(`https://${host}/${digest(number)}`, each[number] ?? ABSENT);
  Object.defineProperties(parts.states, {
    upstreamHas: { value: (upstream: Backend) => upstreams[hostOf(upstream)] },
    condition: { value: (backend: Backend) => (down.includes(hostOf(backend)) ? 'down' : 'up') },
  });
  parts.lists.apply('k8s', lists[source.registries[0]?.upstreams.length ?? 1] ?? null);
  return parts;
}

export function decide(
  { handler }: Assembled,
  { target, address, method, host }: Asked,
): Decision | Promise<Decision> {
  return handler.decide(incoming(target, address, method, host));
}

/** The unhealthy hosts that the event of a request shows: those that the handler skipped. */
export async function downSeen(parts: Assembled, asked: Asked): Promise<string[]> {
  const seen: string[] = [];
  const candidate = (backend: Backend, _: Presence | undefined, excluded?: string): void => {
    if (excluded !== undefined) seen.push(hostOf(backend));
  };
  const address = parseAddr(asked.address);
  const { decision } = await parts.handler.explain(asked, address, false, { candidate });
  // If every upstream is unhealthy, the first is used all the same.
  const used = decision.backend && hostOf(decision.backend);
  return seen.filter((host) => host !== used);
}
