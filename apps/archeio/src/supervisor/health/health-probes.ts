import type { BackendState, ProbeOutcome } from '@archeio/backend-health';
import type { Clock } from '@archeio/presence';
import type { Store, Upstream } from '@archeio/redirect';
import type { Log } from '../../platform/log.ts';
import { DueQueue } from './due-queue.ts';
import { confirmAfter, nextProbeAfter } from './probe-pace.ts';
import type { Prober, ProbeTarget } from './prober.ts';
import type { Verdict } from './verdict.ts';

/** A backend to probe; its index in the list is its index in the health. */
export type ProbedBackend = Pick<Upstream, 'kind' | 'name' | 'base'> | Pick<Store, 'kind' | 'name'>;

/** What canaries must know of the health; a BackendHealth is one. */
export interface ProbedHealth {
  state(backend: number, now: number): BackendState;
  ejected(backend: number): boolean;
}

export interface HealthProbesDependencies {
  readonly backends: readonly ProbedBackend[];
  readonly health: ProbedHealth;
  /** Called with the outcome of a canary; `saw` is for the log: `status 503`, `timeout`. */
  readonly probed: (backend: number, outcome: ProbeOutcome, saw: string) => void;
  readonly prober: Prober;
  /** Milliseconds between the canaries of a backend that is well. */
  readonly every: number;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  readonly log: Log;
  /** Whether the policy has read a backend's condition since this was last asked. */
  readonly wasUsed: (backend: number) => boolean;
  /** The digest that the configuration of a store names. */
  readonly configuredProbe: (store: number) => string | undefined;
  /** A digest that a store had recently. */
  readonly recentlyPresent: (store: number) => string | undefined;
  /** The digest is not there any more. */
  readonly forget: (store: number, digest: string, isAbsent: boolean) => void;
  /** Where a store's blob is read; signed where the bucket is private. */
  readonly urlOf: (store: number, digest: string) => string | Promise<string>;
}

/** Number of intervals without use after which a backend is no longer probed. */
const UNUSED_INTERVALS = 2;

/** Canaries under way at once: a process that wakes up to all of them due sends them one after the other. */
const AT_ONCE = 8;

/**
 * Sends canaries when they are due, and tells the health what came of them. Due is a matter of time, looked at by
 * timers and on arrival of a request: a process may be frozen between requests.
 */
export class HealthProbes {
  readonly #dependencies: HealthProbesDependencies;
  /** By backend: when it was last used, in milliseconds. */
  readonly #lastUsed: Float64Array;
  /** By backend: failed probes in a row while it was ejected. */
  readonly #failedEjected: Uint32Array;
  /** Those that are not under way. */
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

  /** To be called on arrival of a request; costs one comparison where nothing is due. @param now milliseconds */
  runDue(now: number): void {
    if (now >= this.#nextDue) this.#look(now);
  }

  /** Brings a backend's next canary forward: a check for a client has failed. */
  probeSoon(backend: number): void {
    if (this.#stopped || backend >= this.#lastUsed.length) return;
    const now = this.#dependencies.clock.now();
    const soon = now + confirmAfter(this.#dependencies.every);
    const due = this.#due.dueOf(backend);
    // One that is under way says soon enough how the backend is.
    if (due === Number.POSITIVE_INFINITY || due <= soon) return;
    this.#due.set(backend, soon);
    this.#arm(now);
  }

  /** Ends the canaries, and the prober. What is under way changes nothing any more. */
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
    const { every, wasUsed } = this.#dependencies;
    if (wasUsed(backend)) this.#lastUsed[backend] = now;
    const used = now - this.#lastUsed[backend] <= UNUSED_INTERVALS * every;
    const digest = used ? this.#digestOf(backend) : null;
    if (digest === null) {
      if (used) this.#lose(backend);
      // Looking costs no request, so it is soon seen that it is used again, or can be probed.
      this.#due.set(backend, now + confirmAfter(every));
      return;
    }
    this.#due.remove(backend);
    this.#underWay++;
    void this.#probe(backend, digest).then((verdict) => this.#settle(backend, verdict));
  }

  /** There is nothing to probe it with: if it is ejected, it is left to a trial. */
  #lose(backend: number): void {
    const { health, probed } = this.#dependencies;
    if (health.ejected(backend)) probed(backend, 'none', 'nothing to probe with');
  }

  /** What a store is probed with; empty for an upstream, null where there is nothing. */
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
      // No address to ask (no credentials to sign it with): that says nothing of the store.
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

  #settle(backend: number, { outcome, saw }: Verdict): void {
    if (this.#stopped) return;
    const { health, probed, clock, every, random, log, backends } = this.#dependencies;
    const now = clock.now();
    if (outcome !== 'pass') log.debug('canary', { backend: backends[backend].name, outcome, saw });
    probed(backend, outcome, saw);
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
