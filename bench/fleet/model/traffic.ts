import type { Clients } from './deployment.ts';
import { Random } from './random.ts';
import type { Settings } from './settings.ts';
import { Weighted, zipf } from './weighted.ts';

/** Numbers of blobs, by kind. Blobs that all stores have count from 0. */
export const MISSING = 2 ** 28;
export const RELEASED = 2 ** 29;
export const ONCE = 2 ** 30;

/** A release: new blobs that become popular. */
export interface Release {
  /** Virtual milliseconds. */
  readonly at: number;
  readonly blobs: number;
  /** Share of all requests, which it reaches after `ramp` milliseconds. */
  readonly share: number;
  readonly ramp: number;
}

/** Requests for blobs: a Poisson process, whose next request is in `at`, `clients` and `blob`. */
export class Traffic {
  at = 0;
  clients = 0;
  blob = 0;
  /** Share of all requests that these clients send. */
  readonly share: number;
  readonly #settings: Settings;
  readonly #random: Random;
  readonly #interval: number;
  readonly #clients: Weighted;
  readonly #popular: Weighted;
  readonly #missing: Weighted;
  #released: Weighted | undefined;
  #release: Release | undefined;
  #once = ONCE;

  constructor(settings: Settings, clients: readonly Clients[]) {
    this.#settings = settings;
    this.#random = new Random(settings.seed, `traffic ${settings.region}`);
    const shares = clients.map(({ share }) => share);
    this.share = shares.reduce((sum, share) => sum + share, 0);
    this.#interval = 1000 / (settings.requestsPerSecond * this.share);
    this.#clients = new Weighted(shares);
    this.#popular = new Weighted(zipf(settings.blobs, settings.exponent));
    this.#missing = new Weighted(zipf(settings.missingBlobs, settings.exponent));
  }

  release(release: Release): void {
    this.#release = release;
    this.#released = new Weighted(zipf(release.blobs, this.#settings.exponent));
  }

  next(): void {
    this.at += this.#random.exponential(this.#interval);
    this.clients = this.#clients.draw(this.#random);
    this.blob = this.#drawBlob();
  }

  #drawBlob(): number {
    const { missingShare, onceShare } = this.#settings;
    const unit = this.#random.unit();
    if (unit < onceShare) return this.#once++;
    if (unit < onceShare + missingShare) return MISSING + this.#missing.draw(this.#random);
    if (this.#released !== undefined && unit > 1 - this.#releasedShare())
      return RELEASED + this.#released.draw(this.#random);
    return this.#popular.draw(this.#random);
  }

  #releasedShare(): number {
    const { at, share, ramp } = this.#release!;
    return share * Math.min(1, Math.max(0, (this.at - at) / ramp));
  }
}
