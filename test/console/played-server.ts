import type { BackendStatus, Status } from '../../apps/archeio/src/ipc/status.ts';

const STEP = 10_000;
const REGIONS = ['eu-west-3', 'us-east-1', 'eu-central-1', 'ap-south-1', 'us-west-2', 'sa-east-1'];

const NO_TRAFFIC = { bytes: [], usd: [], upstreamUsd: [], unknownSizes: [] };

interface Change {
  readonly atMs: number;
  readonly kind: 'backend' | 'reload' | 'ranges' | 'start';
  readonly text: string;
  readonly backend?: string;
  readonly state?: 'up' | 'down';
}

interface Store {
  readonly name: string;
  state: 'up' | 'down';
  history: { at: string; state: 'up' | 'down'; why: 'canary-failed' | 'canary-passed' }[];
}

/** What a server with stores and one upstream would say, with traffic that rises and falls. */
export class PlayedServer {
  readonly #stores: Store[];
  readonly #begun = Date.now();
  readonly #changes: Change[] = [];
  #until = Math.floor(Date.now() / STEP) * STEP;
  #requests = 1_204_311;
  #restartNeeded: readonly string[] = [];
  #lastReload: Status['configuration']['lastReload'] = {
    at: new Date(this.#begun - 1_500_000).toISOString(),
    successful: true,
    problems: [],
  };

  constructor(stores: number) {
    this.#stores = Array.from({ length: stores }, (_, index) => ({
      name: `aws-${REGIONS[index] ?? `region-${index}`}`,
      state: 'up',
      history: [],
    }));
    this.#changes.push({
      atMs: this.#begun - 3_300_000,
      kind: 'ranges',
      text: 'AWS: 12 prefixes added, 3 removed',
    });
    this.#changes.push({
      atMs: this.#begun - 1_500_000,
      kind: 'reload',
      text: 'the configuration was reloaded',
    });
  }

  /** Turns a store down or up. */
  turn(name: string, state: 'up' | 'down', ago = 0): void {
    const store = this.#stores.find((each) => each.name === name)!;
    const atMs = Date.now() - ago;
    const why = state === 'down' ? 'canary-failed' : 'canary-passed';
    store.state = state;
    store.history.push({ at: new Date(atMs).toISOString(), state, why });
    this.#changes.push({
      atMs,
      kind: 'backend',
      backend: name,
      state,
      text: `${name} is ${state} (${state === 'down' ? 'its canaries fail' : 'its canary passed'})`,
    });
  }

  /** Refuses a new configuration, after one whose `listen` needs a restart. */
  refuse(): void {
    const at = new Date();
    this.#restartNeeded = ['listen'];
    const problems = ['images.yaml:12:7: stores[1].url: cannot read "htps://…"'];
    this.#lastReload = { at: at.toISOString(), successful: false, problems };
    const text = `configuration refused: ${problems.join('; ')}`;
    this.#changes.push({ atMs: at.getTime(), kind: 'reload', text });
  }

  #describe(store: Store | undefined): BackendStatus {
    const { name, state, history } = store ?? { name: 'registry', state: 'up', history: [] };
    const now = new Date(Date.now() - 4000).toISOString();
    return {
      name,
      kind: store === undefined ? 'upstream' : 'store',
      url: `https://${name}.example.com/`,
      cloud: store === undefined ? null : 'AWS',
      region: store === undefined ? null : name.slice('aws-'.length),
      state,
      why: history.at(-1)?.why ?? 'start',
      since: history.at(-1)?.at ?? null,
      ejected: state === 'down',
      breaker: 'closed',
      failedCanaries: state === 'down' ? 3 : 0,
      failedChecks: 0,
      lastProbe: {
        at: now,
        outcome: state === 'down' ? 'fail' : 'pass',
        saw: state === 'down' ? 'timeout' : 'status 206',
        seconds: state === 'down' ? 10 : 0.038,
      },
      lastPass: now,
      history,
      presenceChecks: store === undefined ? {} : { present: 9120, absent: 480 },
      bytes: store === undefined ? 0 : 3_100_000 * 9120,
      usd: store === undefined ? null : 36.5,
      upstreamUsd: null,
      unknownSizes: store === undefined ? 480 : 0,
      blobsOnlyUpstream: store === undefined ? null : 0,
      inventory: null,
    };
  }

  status(): Status {
    const names = this.#stores.map(({ name }) => name);
    return {
      version: '0.1.0',
      revision: 'e1cff892dfb9',
      runtime: 'node 26.10.0',
      pid: 7,
      startedAt: new Date(this.#begun - 4 * 3_600_000).toISOString(),
      uptimeSeconds: 14_400,
      configuration: {
        location: 'images.yaml',
        generation: 3,
        loadedAt: new Date(this.#begun - 1_500_000).toISOString(),
        lastReload: this.#lastReload,
        restartNeeded: this.#restartNeeded,
      },
      processes: [
        {
          pid: 8,
          since: new Date(this.#begun).toISOString(),
          answering: true,
          requests: this.#requests,
        },
      ],
      backends: [...this.#stores, undefined].map((each) => this.#describe(each)),
      ranges: [
        {
          cloud: 'AWS',
          date: new Date(this.#begun - 26 * 3_600_000).toISOString(),
          version: '1785313625',
          ipv4Prefixes: 8121,
          ipv6Prefixes: 2406,
          used: true,
          lastAttempt: new Date(this.#begun - 3_300_000).toISOString(),
          lastError: null,
          lastChange: {
            at: new Date(this.#begun - 3_300_000).toISOString(),
            before: 10_518,
            after: 10_527,
            ipv4: { lost: 0.0002, gained: 0.0011 },
            ipv6: { lost: 0, gained: 0 },
          },
        },
        {
          cloud: 'GCP',
          date: new Date(this.#begun - 9 * 3_600_000).toISOString(),
          version: '20260729',
          ipv4Prefixes: 812,
          ipv6Prefixes: 46,
          used: true,
          lastAttempt: new Date(this.#begun - 3_300_000).toISOString(),
          lastError: 'www.gstatic.com answered 503',
          lastChange: null,
        },
      ],
      presence: { entries: 1200, evictions: 0, inFlight: {}, shared: null },
      totals: {
        decisions: { R8: Math.round(this.#requests * 0.3), R11: Math.round(this.#requests * 0.7) },
        backends: Object.fromEntries(
          [...names, 'registry'].map((name, at) => [name, Math.round(this.#requests / (at + 2))]),
        ),
        clientAddressErrors: {},
        ownFailures: 0,
      },
    };
  }

  #part(from: number, to: number): object {
    const range = Array.from({ length: to - from }, (_, index) => from + index);
    const at = (index: number): number => this.#until - (359 - index) * STEP;
    const wave = (index: number): number =>
      1 + 0.3 * Math.sin(at(index) / 420_000) + 0.08 * Math.sin(at(index) / 31_000);
    const isGap = (index: number): boolean => index >= 60 && index < 66 && to - from > 1;
    const each = (value: (index: number) => number) =>
      range.map((index) => (isGap(index) ? null : value(index)));
    const wasDown = (store: Store, index: number): boolean =>
      store.history.findLast(({ at: moment }) => Date.parse(moment) <= at(index))?.state === 'down';
    const [first] = this.#stores;
    const lost = (index: number): number => (wasDown(first, index) ? 0.36 : 0.04);
    const of = (name: string, kind: string, share: (index: number) => number, price: number) => {
      const decisions = each((index) => Math.round(8000 * wave(index) * share(index)));
      const bytes = decisions.map((count) => count && (kind === 'store' ? count * 3_100_000 : 0));
      return {
        name,
        kind,
        decisions,
        bytes,
        usd: bytes.map((count) => count && count * price * 1e-9),
        upstreamUsd: bytes.map((count) => count && count * 0.085e-9),
        unknownSizes: decisions.map((count) => count && (kind === 'store' ? 0 : 2)),
      };
    };
    return {
      schema: 1,
      stepMs: STEP,
      untilMs: this.#until,
      steps: to - from,
      requests: each((index) => Math.round(12_400 * wave(index))),
      errors: each(() => 0),
      blobs: {
        stores: each((index) => Math.round(8000 * wave(index) * (1 - lost(index)))),
        upstreams: each((index) => Math.round(8000 * wave(index) * lost(index))),
      },
      decisionSeconds: {
        p50: each((index) => 14e-6 * wave(index + 9)),
        p99: each((index) => (lost(index) > 0.1 ? 3.2e-3 : 410e-6) * wave(index * 3)),
      },
      checks: {
        count: each((index) => Math.round(310 * wave(index))),
        p99Seconds: each((index) => 0.034 * wave(index)),
      },
      backends: [
        ...this.#stores
          .slice(0, 5)
          .map((store, position) =>
            of(
              store.name,
              'store',
              (index) => (wasDown(store, index) ? 0 : 0.6 / 2 ** position),
              0.004,
            ),
          ),
        ...this.#stores
          .slice(5)
          .map(({ name }) => ({ name, kind: 'store', decisions: [], ...NO_TRAFFIC })),
        of('registry', 'upstream', lost, 0.085),
      ],
      flows: [],
      changes: this.#changes,
    };
  }

  history(): object {
    return this.#part(0, 360);
  }

  step(): object {
    this.#until += STEP;
    this.#requests += 12_400;
    return this.#part(359, 360);
  }

  explain(query: URLSearchParams): object {
    const path = query.get('path')!;
    const reference = path.slice(path.lastIndexOf('/') + 1);
    const key = (name: string): string => `https://${name}.example.com/containers/${reference}`;
    return {
      request: {
        method: query.get('method') ?? 'GET',
        path,
        kind: 'blob',
        registry: 'images',
        name: 'team/app',
        reference,
      },
      client: {
        address: query.get('ip'),
        cloud: 'AWS',
        region: 'eu-west-3',
        prefix: '35.180.0.0/16',
      },
      hosts: null,
      candidates: this.#stores.map(({ name, state }, index) => ({
        name,
        url: key(name),
        presence: index < 2 ? 'present' : null,
        excluded:
          state === 'down'
            ? 'unhealthy: its canaries fail'
            : index > 1
              ? 'not near this client'
              : null,
      })),
      decision: {
        rule: 'R11',
        status: 307,
        location: key(this.#stores[1].name),
        backend: this.#stores[1].name,
        reason: 'the first healthy store that has it',
      },
    };
  }
}
