import type { Deployment } from '../../bench/fleet/model/deployment.ts';
import type { Settings } from '../../bench/fleet/model/settings.ts';
import { MISSING, Traffic } from '../../bench/fleet/model/traffic.ts';

const TICK = 100;

interface Memory {
  readonly present: boolean;
  /** Tick of the answer. */
  readonly since: number;
}

/**
 * The slow, obvious twin of a fleet that shares nothing: one instance in each region, a map for each, stores that answer
 * at once, and no inventories.
 */
export class Twin {
  requests = 0;
  own = 0;
  heads = 0;
  rechecks = 0;
  upstream = 0;
  readonly #settings: Settings;
  readonly #deployment: Deployment;
  readonly #memories = new Map<string, Memory>();

  constructor(settings: Settings, deployment: Deployment) {
    this.#settings = settings;
    this.#deployment = deployment;
  }

  run(until: number): void {
    const { clients } = this.#deployment;
    const traffic = new Traffic(this.#settings, clients);
    for (traffic.next(); traffic.at < until; traffic.next()) {
      this.requests++;
      const { region, stores } = clients[traffic.clients];
      if (stores.length > 0) this.#request(region, stores, traffic.blob, traffic.at);
    }
  }

  #request(region: number, stores: readonly number[], blob: number, time: number): void {
    const tick = Math.floor(time / TICK);
    const keys = stores.map((store) => `${region} ${store} ${blob}`);
    const known = keys.map((key) => this.#stateAt(key, tick));
    const isPresent = blob < MISSING;
    const firstWithIt = known.findIndex((state) => state === 'present' || state === 'stale');
    const reached = firstWithIt < 0 ? known : known.slice(0, firstWithIt + 1);
    const mustAsk = reached.includes('unasked');
    if (reached.at(-1) === 'stale') {
      this.rechecks++;
      this.#head(keys[firstWithIt], isPresent, tick);
    }
    if (mustAsk)
      for (const key of keys) {
        if (this.#stateAt(key, tick) === 'unasked') this.#head(key, isPresent, tick);
        if (this.#stateAt(key, tick) !== 'absent') break;
      }
    else this.own++;
    if (!isPresent) this.upstream++;
  }

  #head(key: string, present: boolean, tick: number): void {
    this.heads++;
    this.#memories.set(key, { present, since: tick });
  }

  #stateAt(key: string, tick: number): 'present' | 'stale' | 'absent' | 'unasked' {
    const { presentFor, absentFor } = this.#settings;
    const memory = this.#memories.get(key);
    if (memory === undefined) return 'unasked';
    const age = (tick - memory.since) * TICK;
    if (!memory.present) return age < absentFor ? 'absent' : 'unasked';
    if (age < presentFor) return 'present';
    return age < 2 * presentFor ? 'stale' : 'unasked';
  }
}
