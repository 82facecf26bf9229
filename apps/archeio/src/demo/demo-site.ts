import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DestinationTotals, openMirror, planSync, syncMirror } from '@archeio/mirror';
import { WHOLE } from '@archeio/mirror-plan/shard';
import { MONOTONIC_CLOCK } from '@archeio/presence';
import { loadMirrorConfiguration } from '../configuration/load-configuration.ts';
import { loadServedConfiguration } from '../configuration/load-served-configuration.ts';
import { ArcheioError } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { EMPTY_SNAPSHOT } from '../metrics/metrics-snapshot.ts';
import { type Totals, totalsOf } from '../metrics/totals.ts';
import { type RunningServer, startServer } from '../serve/start-server.ts';
import { LoadedRanges } from '../supervisor/ranges/load-ranges.ts';
import { ConfigurationValues } from '../supervisor/reload/configuration-values.ts';
import { configurationText, DEFAULT, NEAR, type Origins, REGISTRY } from './demo-configuration.ts';
import type { DemoImage } from './demo-image.ts';
import { demoRegistry } from './demo-registry.ts';
import { demoStore } from './demo-store.ts';
import { LoopbackServer } from './loopback-server.ts';

/** What the mirror has copied. */
export interface Mirrored {
  readonly destinations: readonly DestinationTotals[];
  readonly seconds: number;
}

/** Registry, stores, configuration and Archeio on this machine; everything is gone once it is disposed. */
export class DemoSite implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'archeio-demo-'));
  readonly #registry: LoopbackServer;
  readonly #stores = {
    [NEAR]: new LoopbackServer(demoStore(join(this.#folder, NEAR))),
    [DEFAULT]: new LoopbackServer(demoStore(join(this.#folder, DEFAULT))),
  };
  /** Also if the process is ended by `process.exit`. */
  readonly #clean = (): void => rmSync(this.#folder, { recursive: true, force: true });
  #server: RunningServer | undefined;

  constructor(image: DemoImage) {
    process.once('exit', this.#clean);
    this.#registry = new LoopbackServer(demoRegistry(image));
  }

  get configurationFile(): string {
    return join(this.#folder, 'archeio.yaml');
  }

  get origins(): Origins {
    return {
      [NEAR]: this.#stores[NEAR].url,
      [DEFAULT]: this.#stores[DEFAULT].url,
      [REGISTRY]: this.#registry.url,
    };
  }

  get nearStore(): Pick<LoopbackServer, 'hang' | 'recover'> {
    return this.#stores[NEAR];
  }

  /** Starts registry and stores, and writes the configuration. */
  async open(image: DemoImage): Promise<void> {
    for (const server of this.#servers) await server.listen();
    const [probe = ''] = image.blobs.keys();
    const text = configurationText(this.origins, image, probe, join(this.#folder, 'ranges'));
    writeFileSync(this.configurationFile, text);
  }

  /**
   * Copies the image into the stores, as `archeio mirror sync` does.
   *
   * @throws Error that says what was not copied
   */
  async mirror(stop: AbortSignal): Promise<Mirrored> {
    // There are no credentials for the registry of the demo: none of the user's are read.
    const environment = { DOCKER_CONFIG: this.#folder };
    const { configuration } = await loadMirrorConfiguration({}, { config: this.configurationFile });
    if (configuration.mirror === undefined) throw new Error('the configuration has no mirror');
    using mirror = await openMirror(configuration.mirror, environment, {
      writes: true,
      show: () => () => undefined,
    });
    const planned = await planSync(mirror, { shard: WHOLE, trustRecords: true });
    const { destinations, seconds, problems } = await syncMirror(mirror, planned, {
      shard: WHOLE,
      stop,
    });
    const [problem] = problems;
    if (problem !== undefined)
      throw new ArcheioError('failed', `cannot fill the stores: ${problem.why}`);
    return { destinations, seconds };
  }

  /** Starts Archeio with the configuration, and nothing of the environment. */
  async serve(log: Log, stopping: AbortSignal): Promise<{ url: string; consoleUrl: string }> {
    const ranges = new LoadedRanges(log);
    const config = this.configurationFile;
    const loaded = await loadServedConfiguration({}, { config }, ranges.placesIn);
    const inUse = {
      location: config,
      loadedAt: Date.now(),
      lastReload: null,
      restartNeeded: [],
    };
    this.#server = await startServer(loaded.configuration, {
      environment: {},
      inUse,
      values: new ConfigurationValues(loaded, { environment: {} }),
      ranges,
      clock: MONOTONIC_CLOCK,
      log,
      stopping,
    });
    const { port, adminPort } = this.#server;
    return { url: `http://127.0.0.1:${port}`, consoleUrl: `http://127.0.0.1:${adminPort}/` };
  }

  /** Stops Archeio, and returns what it has counted. */
  async stopServing(): Promise<Totals> {
    if (this.#server === undefined) return totalsOf(EMPTY_SNAPSHOT);
    const { totals } = await this.#server.stop();
    this.#server = undefined;
    return totals;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // First Archeio, which would otherwise see its backends go away.
    await this.stopServing();
    for (const server of this.#servers) await server.close();
    this.#clean();
    process.off('exit', this.#clean);
  }

  get #servers(): readonly LoopbackServer[] {
    return [this.#registry, ...Object.values(this.#stores)];
  }
}
