import { CloudRanges } from '@archeio/clouds';
import type { Clock, Seed } from '@archeio/presence';
import { assemble, type Assembly } from '../assemble.ts';
import type { StoreChecker } from '../check/index.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { errorCode } from '../error-code.ts';
import { Lifecycle } from '../lifecycle.ts';
import type { Log } from '../log.ts';
import { WorkerMetrics } from '../metrics/worker-metrics.ts';
import { HttpServer } from '../server/http-server.ts';
import { BlobPresence } from './blob-presence.ts';
import type { Conditions, Generation, HubPort, StoreFinding, WorkerPort } from './ports.ts';

/** How often a worker tells what it noticed, in milliseconds. */
const NOTICE_EVERY = 1000;

/** What a worker is made of. */
export interface WorkerParts {
  readonly hub: HubPort;
  readonly clock: Clock;
  readonly seed: Seed;
  readonly log: Log;
  /** Makes what asks stores, with a time-out in milliseconds. */
  readonly createChecker: (timeout: number) => StoreChecker;
}

/** What one generation is served by. */
interface Serving extends Assembly {
  readonly generation: number;
  readonly options: Configuration['presence'];
  readonly blobs: BlobPresence;
  readonly checker: StoreChecker;
}

/** Answers requests, by the generation that its hub tells it to use. */
export class Worker implements WorkerPort {
  readonly #parts: WorkerParts;
  readonly #lifecycle = new Lifecycle();
  readonly #metrics: WorkerMetrics;
  readonly #prepared = new Map<number, Serving>();
  #serving: Serving | undefined;
  #ranges: CloudRanges | undefined;
  #rangesBytes: Uint8Array | undefined;
  #server: HttpServer | undefined;
  #cancelNotice: () => void = () => undefined;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
    this.#metrics = new WorkerMetrics(parts.clock);
  }

  /** What is served by now. @throws Error before the first generation is in use */
  get serving(): Assembly & { readonly generation: number } {
    if (this.#serving === undefined) throw new Error('no generation is in use');
    return this.#serving;
  }

  // oxlint-disable-next-line require-await -- a failure is a rejection, as it is over a channel
  async prepare({ number, configuration, ranges }: Generation): Promise<void> {
    if (this.#ranges === undefined || this.#rangesBytes !== ranges) {
      this.#ranges = CloudRanges.decode(ranges);
      this.#rangesBytes = ranges;
    }
    const { clock, seed, createChecker } = this.#parts;
    const { presence } = configuration;
    const before = this.#serving;
    const blobs =
      before !== undefined && BlobPresence.fits(before.options, presence)
        ? before.blobs
        : new BlobPresence(presence, clock, seed);
    const checker =
      before !== undefined && before.options.timeout === presence.timeout
        ? before.checker
        : createChecker(presence.timeout);
    const assembly = assemble(configuration, {
      ...this.#parts,
      generation: number,
      ranges: this.#ranges,
      lifecycle: this.#lifecycle,
      metrics: this.#metrics,
      blobs,
      checker,
    });
    this.#prepared.clear();
    this.#prepared.set(number, {
      ...assembly,
      generation: number,
      options: presence,
      blobs,
      checker,
    });
  }

  use(generation: number): void {
    const next = this.#prepared.get(generation);
    if (next === undefined) return;
    this.#prepared.clear();
    const before = this.#serving;
    this.#serving = next;
    next.states.takeOver();
    this.#server?.use(next.front);
    if (before === undefined) this.#notice();
    else if (before.checker !== next.checker)
      // What is under way with the old one may still be waited for.
      this.#parts.clock.after(before.options.timeout, () => before.checker.close());
  }

  conditions(generation: number, conditions: Conditions): void {
    const serving =
      this.#serving?.generation === generation ? this.#serving : this.#prepared.get(generation);
    if (serving !== undefined) serving.states.conditions = conditions;
  }

  found(findings: readonly StoreFinding[]): void {
    for (const { store, digest, state, size } of findings)
      this.#serving?.blobs.learn(store, digest, { state, size });
  }

  tryAgain(generation: number, backend: number): void {
    if (this.#serving?.generation === generation) this.#serving.states.tryAgain(backend);
  }

  async listen(host: string, port: number, shared: boolean): Promise<number> {
    const server = new HttpServer(this.serving.front, this.#metrics.requests, shared);
    this.#server = server;
    let listening: number;
    try {
      listening = await server.listen(host, port);
    } catch (error) {
      // An IPv6 wildcard on a machine without IPv6 becomes the IPv4 wildcard.
      if (host !== '::' || errorCode(error) !== 'EAFNOSUPPORT') throw error;
      listening = await server.listen('0.0.0.0', port);
    }
    this.#lifecycle.ready();
    return listening;
  }

  announceStop(): void {
    this.#lifecycle.stopping();
    this.#server?.announceClose();
  }

  async close(timeout: number): Promise<'finished' | 'cut'> {
    const ended = (await this.#server?.close(timeout)) ?? 'finished';
    this.#cancelNotice();
    this.#serving?.checker.close();
    return ended;
  }

  #notice(): void {
    this.#cancelNotice = this.#parts.clock.after(NOTICE_EVERY, () => {
      const notice = this.#serving?.states.takeNotice();
      if (notice !== undefined && notice.considered.length > 0) this.#parts.hub.noticed(notice);
      this.#notice();
    });
  }
}
