import { BackendHealth, type HealthChange } from '@archeio/backend-health';
import { ManualClock } from '@archeio/presence/testing';
import { createLog } from '../../../platform/log.ts';
import {
  HealthProbes,
  type HealthProbesDependencies,
  type ProbedBackend,
} from '../health-probes.ts';
import type { Prober, ProbeTarget } from '../prober.ts';
import type { Verdict } from '../verdict.ts';

export const EVERY = 30_000;
export const DIGEST = `sha256:${'a'.repeat(64)}`;

export const HEALTH_OPTIONS = Object.freeze({
  breaker: { failures: 5, openFor: 30_000 },
  canary: { failures: 3, passes: 2 },
});

/** A prober with scripted answers, at once or after a number of milliseconds of the clock. */
export class ScriptedProber implements Prober {
  readonly asked: { readonly at: number; readonly target: ProbeTarget }[] = [];
  /** By the end of the URL; all others pass. */
  readonly outcomes = new Map<string, Verdict['outcome']>();
  takes = 0;
  forget = false;
  underWay = 0;
  mostUnderWay = 0;
  closed = false;
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  async probe(target: ProbeTarget): Promise<Verdict> {
    this.asked.push({ at: this.#clock.now(), target });
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
    if (this.takes > 0) {
      await new Promise<void>((resolve) => this.#clock.after(this.takes, resolve));
    }
    this.underWay--;
    const [, outcome = 'pass'] = [...this.outcomes].find(([url]) => target.url.includes(url)) ?? [];
    return { outcome, saw: `scripted ${outcome}`, forget: this.forget };
  }

  close(): void {
    this.closed = true;
  }

  /** Number of probes of a backend. */
  count(url: string): number {
    return this.asked.filter(({ target }) => target.url.includes(url)).length;
  }
}

/** Probes of a number of stores in use, with fake dependencies. */
export function probing(
  backends: readonly ProbedBackend[],
  dependencies: Partial<HealthProbesDependencies> = {},
) {
  const clock = new ManualClock(1000);
  const prober = new ScriptedProber(clock);
  const health = new BackendHealth(backends.length, HEALTH_OPTIONS);
  const changes: (HealthChange & { readonly backend: number; readonly saw: string })[] = [];
  const forgotten: [number, string][] = [];
  const durations: (number | undefined)[] = [];
  const probes = new HealthProbes({
    backends,
    health,
    probed(backend, outcome, saw, tookMs) {
      durations.push(tookMs);
      const change = health.probed(backend, outcome, clock.now());
      if (change !== undefined) changes.push({ ...change, backend, saw });
    },
    prober,
    every: EVERY,
    clock,
    random: () => 0.5,
    log: createLog(
      'error',
      () => undefined,
      () => 0,
    ),
    wasUsed: () => true,
    configuredProbe: () => undefined,
    recentlyPresent: () => DIGEST,
    forget: (store, digest) => forgotten.push([store, digest]),
    urlOf: (store, digest) => `https://${backends[store].name}.example/${digest}`,
    ...dependencies,
  });
  return { durations, clock, prober, health, probes, changes, forgotten };
}

export function stores(count: number): ProbedBackend[] {
  return Array.from({ length: count }, (_, index) => ({ kind: 'store', name: `store${index}` }));
}
