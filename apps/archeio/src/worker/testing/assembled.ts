import { ManualClock } from '@archeio/presence/testing';
import { atOnce } from '@archeio/redirect';
import { type Assembly, assemble } from '../assemble.ts';
import type { CheckMethod, StoreAnswer, StoreChecker } from '@archeio/content-checks';
import type { ConfigurationSource } from '@archeio/configuration';
import { parseServed } from '../../configuration/testing/parse-served.ts';
import type { Incoming } from '@archeio/request-handler';
import { BackendOwner } from '../../supervisor/backend-owner.ts';
import { Inventories } from '../../backends/inventory/inventories.ts';
import { Lifecycle } from '../../platform/lifecycle.ts';
import { createLog } from '../../platform/log.ts';
import { WorkerMetrics } from '../../metrics/worker-metrics.ts';
import { type Presigner, presignerFor } from '../../backends/signing/presigner.ts';
import { shippedRanges } from '../../configuration/shipped.ts';
import { Memory } from '../../backends/presence/memory.ts';
import type { PresenceFinding } from '../../ipc/ports.ts';

/** Addresses in the networks that tests ask from. */
export const ADDRESSES = Object.freeze({
  unknown: '203.0.113.7',
  paris: '35.180.1.1',
  gcp: '35.220.26.1',
});

const RANGES = shippedRanges();

/** No store of a test is private. */
const UNSIGNED = await presignerFor(
  [],
  new ManualClock(),
  createLog(
    'error',
    () => undefined,
    () => 0,
  ),
);

/** A checker that answers at once what it is told to, or never, and writes down what it was asked. */
export class FakeChecker implements StoreChecker {
  readonly asked: { readonly url: string; readonly method: CheckMethod }[] = [];
  /** By the beginning of the URL; without one the store does not have the blob. */
  readonly answers = new Map<string, StoreAnswer | 'never' | 'throw'>();

  check(url: string, method: CheckMethod): Promise<StoreAnswer> {
    this.asked.push({ url, method });
    const answer = [...this.answers].find(([start]) => url.startsWith(start))?.[1];
    if (answer === 'throw') throw new Error('a fault of our own');
    if (answer === 'never') return new Promise(() => undefined);
    return Promise.resolve(answer ?? { kind: 'status', status: 404, size: -1 });
  }

  close(): void {}
}

/** A handler with everything behind it, on a clock and stores that a test moves. */
export interface Assembled extends Assembly {
  readonly metrics: WorkerMetrics;
  readonly checker: FakeChecker;
  readonly inventories: Inventories;
  readonly clock: ManualClock;
  readonly lines: Record<string, unknown>[];
  readonly lifecycle: Lifecycle;
  readonly owner: BackendOwner;
  readonly found: readonly PresenceFinding[];
  readonly memory: Memory;
}

export const SOURCE: ConfigurationSource = {
  version: 1,
  clientAddress: { topology: 'google-load-balancer' },
  pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
  registries: [
    {
      name: 'k8s',
      upstreams: [{ name: 'upstream', url: 'https://upstream.example', path: 'images' }],
    },
  ],
  stores: [
    {
      name: 'paris',
      url: 'https://paris.example',
      key: '{digest}',
      near: [{ cloud: 'AWS', regions: ['eu-west-3'] }],
    },
    { name: 'cdn', url: 'https://cdn.example', key: '{digest}', default: true },
  ],
  stayUpstream: [{ cloud: 'GCP' }],
  presence: { entries: 1000 },
};

/** Puts a handler together for a test. */
export function assembled(
  source: ConfigurationSource = SOURCE,
  presigner: Presigner = UNSIGNED,
): Assembled {
  const checker = new FakeChecker();
  const clock = new ManualClock();
  const metrics = new WorkerMetrics(clock);
  const inventories = new Inventories(clock);
  const lines: Record<string, unknown>[] = [];
  const log = createLog(
    'debug',
    (line) => lines.push(JSON.parse(line)),
    () => 0,
  );
  const configuration = parseServed(source);
  const lifecycle = new Lifecycle();
  const found: PresenceFinding[] = [];
  const owner = new BackendOwner({
    clock,
    log,
    onConditions: (_, conditions) => {
      assembly.states.conditions = conditions;
    },
  });
  const memory = new Memory(configuration.presence, {
    clock,
    seed: [1, 2],
    workers: 1,
    createChecker: () => checker,
    supervisor: { found: (findings) => found.push(...findings) },
  });
  const assembly: Assembly = atOnce(
    assemble(configuration, {
      generation: 1,
      ranges: RANGES,
      memory,
      presigner,
      inventories,
      lifecycle,
      clock,
      log,
      metrics,
      supervisor: {
        observed: (observation) => owner.observed(observation),
        found: (findings) => found.push(...findings),
        noticed: () => undefined,
        wantsTrial: (generation, backend) => {
          if (owner.beginTrial(generation, backend)) assembly.states.tryAgain(backend);
        },
        events: () => undefined,
      },
    }),
  );
  owner.adopt(1, atOnce(owner.numbered(assembly.policy.backends)), {
    breaker: configuration.presence.breaker,
    canary: configuration.health,
  });
  assembly.states.takeOver();
  lifecycle.ready();
  return {
    ...assembly,
    memory,
    metrics,
    checker,
    inventories,
    clock,
    lines,
    lifecycle,
    owner,
    found,
  };
}

/** A request as a server would hand it over, from behind the balancer. */
export function incoming(
  target: string,
  address: string = ADDRESSES.unknown,
  method = 'GET',
  host = 'registry.example',
): Incoming {
  return { method, target, host, addressHeader: `${address}, 10.0.0.1`, peer: '10.0.0.1' };
}

/** The digest with this number. */
export function digest(number: number): string {
  return `sha256:${number.toString(16).padStart(64, '0')}`;
}

/** The target of the blob with this number. */
export function blob(number: number): string {
  return `/v2/pause/blobs/${digest(number)}`;
}

export const PRESENT: StoreAnswer = Object.freeze({ kind: 'status', status: 200, size: 1234 });
export const UNAVAILABLE: StoreAnswer = Object.freeze({ kind: 'status', status: 503, size: -1 });
