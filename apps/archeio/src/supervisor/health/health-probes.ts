import type { BackendHealth, ProbeOutcome } from '@archeio/backend-health';
import type { Clock } from '@archeio/presence';
import type { Store, Upstream } from '@archeio/redirect';
import type { Log } from '../../platform/log.ts';
import { DueQueue } from './due-queue.ts';
import { confirmAfter, nextProbeAfter } from './probe-pace.ts';
import type { Prober, ProbeTarget } from './prober.ts';
import type { Verdict } from './verdict.ts';

/** A backend to probe; its index in the list is its index in the health. */
export type ProbedBackend = Pick<Upstream, 'kind' | 'name' | 'base'> | Pick<Store, 'kind' | 'name'>;

export interface HealthProbesDependencies {
  readonly backends: readonly ProbedBackend[];
  readonly health: Pick<BackendHealth, 'state' | 'ejected'>;
  /**
   * Called with the outcome of a canary. `saw` is for the log: `status 503`, `timeout`; `tookMs` is its duration, undefined
   * if none was sent.
   */
  readonly probed: (
    backend: number,
    outcome: ProbeOutcome,
    saw: string,
    tookMs: number | undefined,
  ) => void;
  readonly prober: Prober;
  /** Milliseconds between the canaries of a healthy backend. */
  readonly every: number;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  readonly log: Log;
  /** Whether the policy has considered a backend since the last call. */
  readonly wasUsed: (backend: number) => boolean;
  /** The digest configured for a store. */
  readonly configuredProbe: (store: number) => string | undefined;
  /** A digest that a store had recently. */
  readonly recentlyPresent: (store: number) => string | undefined;
  /** Called when a store no longer has the digest, or may not have it. */
  readonly forget: (store: number, digest: string, isAbsent: boolean) => void;
  /** URL of a store's blob, signed if the bucket is private. */
  readonly urlOf: (store: number, digest: string) => string | Promise<string>;
}

/** Number of intervals without use after which a backend is no longer probed. */
const UNUSED_INTERVALS = 2;

/** Maximum number of concurrent canaries, since all of them are due after a process was frozen. */
const AT_ONCE = 8;

/**
 * Sends canaries when they are due, and reports their outcomes. Due canaries are found by timers and on arrival of a
 * request, because a process may be frozen between requests.
 */
export class HealthProbes {
  readonly #dependencies: HealthProbesDependencies;
  /** By backend: when it was last used, in milliseconds. */
  readonly #lastUsed: Float64Array;
  /** By backend: number of consecutive canaries that failed while it was ejected. */
  readonly #failedEjected: Uint32Array;
  /** The backends without a canary in progress. */
  readonly #due: DueQueue;
  #underWay = 0;
  #nextDue = Number.POSITIVE_INFINITY;
  #cancel = (): void => undefined;
  #stopped = false;

  constructor(dependencies: HealthProbesDependencies) {
    this.#dependencies = dependencies;
    const { backends, clock, random, every } = dependencies;
    const now = clock.now();
    this.#due = new DueQueue(Float64Array.from(backends, () => now + random() * every));
    this.#lastUsed = new Float64Array(backends.length).fill(Number.NEGATIVE_INFINITY);
    this.#failedEjected = new Uint32Array(backends.length);
    this.#arm(now);
  }

  /** Called when a request arrives; costs one comparison if nothing is due. @param now milliseconds */
  runDue(now: number): void {
    if (now >= this.#nextDue) this.#look(now);
  }

  /** Brings a backend's next canary forward after a check for a client has failed. */
  probeSoon(backend: number): void {
    if (this.#stopped || backend >= this.#lastUsed.length) return;
    const now = this.#dependencies.clock.now();
    const soon = now + confirmAfter(this.#dependencies.every);
    const due = this.#due.dueOf(backend);
    // A canary in progress is soon enough.
    if (due === Number.POSITIVE_INFINITY || due <= soon) return;
    this.#due.set(backend, soon);
    this.#arm(now);
  }

  /** Stops sending canaries, ignores those in progress, and closes the prober. */
  stop(): void {
    this.#stopped = true;
    this.#cancel();
    this.#nextDue = Number.POSITIVE_INFINITY;
    this.#dependencies.prober.close();
  }

  #look(now: number): void {
    if (this.#stopped) return;
    while (this.#underWay < AT_ONCE && this.#due.next <= now) this.#begin(this.#due.first, now);
    this.#arm(now);
  }

  #begin(backend: number, now: number): void {
    const { every, wasUsed, health, probed } = this.#dependencies;
    if (wasUsed(backend)) this.#lastUsed[backend] = now;
    const used = now - this.#lastUsed[backend] <= UNUSED_INTERVALS * every;
    const digest = used ? this.#digestOf(backend) : null;
    if (digest === null) {
      // There is no blob to ask for: if the store is ejected, only a trial can bring it back.
      if (used && health.ejected(backend))
        probed(backend, 'none', 'nothing to probe with', undefined);
      // The next look is soon, since it needs no request.
      this.#due.set(backend, now + confirmAfter(every));
      return;
    }
    this.#due.remove(backend);
    this.#underWay++;
    void this.#probe(backend, digest).then((verdict) => this.#settle(backend, verdict, now));
  }

  /** The blob to ask a store for; empty for an upstream, null if none is known. */
  #digestOf(backend: number): string | null {
    const { backends, configuredProbe, recentlyPresent } = this.#dependencies;
    if (backends[backend].kind === 'upstream') return '';
    return configuredProbe(backend) ?? recentlyPresent(backend) ?? null;
  }

  async #probe(backend: number, digest: string): Promise<Verdict> {
    try {
      const verdict = await this.#dependencies.prober.probe(await this.#target(backend, digest));
      if (verdict.forget) this.#dependencies.forget(backend, digest, verdict.absent === true);
      return verdict;
    } catch {
      // There is no URL, for lack of credentials to sign it, which says nothing about the store.
      return { outcome: 'nothing', saw: 'no address', forget: false };
    }
  }

  async #target(backend: number, digest: string): Promise<ProbeTarget> {
    const { backends, configuredProbe, urlOf } = this.#dependencies;
    const probed = backends[backend];
    if (probed.kind === 'upstream') return { kind: 'upstream', url: probed.base };
    return {
      kind: configuredProbe(backend) === undefined ? 'seen' : 'configured',
      digest,
      url: await urlOf(backend, digest),
    };
  }

  #settle(backend: number, { outcome, saw }: Verdict, begun: number): void {
    if (this.#stopped) return;
    const { health, probed, clock, every, random, log, backends } = this.#dependencies;
    const now = clock.now();
    if (outcome !== 'pass') log.debug('canary', { backend: backends[backend].name, outcome, saw });
    probed(backend, outcome, saw, now - begun);
    if (outcome === 'pass' || !health.ejected(backend)) this.#failedEjected[backend] = 0;
    else if (outcome === 'fail') this.#failedEjected[backend]++;
    this.#underWay--;
    const failedEjected = this.#failedEjected[backend];
    const standing = { state: health.state(backend, now), outcome, failedEjected };
    this.#due.set(backend, now + nextProbeAfter(standing, every, random()));
    this.#look(now);
  }

  /** Sets the one timer for what is due next. */
  #arm(now: number): void {
    this.#cancel();
    this.#nextDue = this.#underWay < AT_ONCE ? this.#due.next : Number.POSITIVE_INFINITY;
    if (this.#nextDue === Number.POSITIVE_INFINITY) return;
    this.#cancel = this.#dependencies.clock.after(Math.max(0, this.#nextDue - now), () =>
      this.#look(this.#dependencies.clock.now()),
    );
  }
}
