import { distanceKm } from '@archeio/clouds';
import { Checks } from './checks.ts';
import { CENTRE, type Clients, type Deployment, REGIONS } from './deployment.ts';
import { Instance, type InstanceDependencies } from './instance.ts';
import { Random } from './random.ts';
import type { Settings } from './settings.ts';
import { SharedMemory } from './shared-memory.ts';
import { readingOffset, Stores } from './stores.ts';
import { Tally } from './tally.ts';
import { type Release, Traffic } from './traffic.ts';
import { settlePromises, VirtualClock } from './virtual-clock.ts';

/** A round trip within a region, and what light in fibre adds for a kilometre of distance; milliseconds. */
const NEAR_ROUND_TRIP = 1;
const ROUND_TRIP_PER_KM = 0.01;

/** A shared memory that takes longer to answer is not waited for: a tenth of `presence.budget`; milliseconds. */
export const LONGEST_ROUND_TRIP = 50;

/** All instances, the stores, and the requests that arrive, on one virtual clock. */
export class Fleet {
  readonly tally = new Tally(REGIONS.length);
  readonly traffic: Traffic;
  readonly #settings: Settings;
  readonly #clients: readonly Clients[];
  readonly #clock = new VirtualClock();
  readonly #stores: Stores;
  readonly #random: Random;
  readonly #dependencies: InstanceDependencies;
  readonly #shared: readonly (SharedMemory | undefined)[];
  /** By region. */
  readonly #instances: Instance[][];

  constructor(settings: Settings, { clients, storeNames, defaultStore }: Deployment) {
    this.#settings = settings;
    const only = settings.region;
    this.#clients =
      only === undefined ? clients : clients.filter(({ region }) => REGIONS[region] === only);
    this.traffic = new Traffic(settings, this.#clients);
    this.#stores = new Stores(settings, storeNames.length);
    this.#random = new Random(settings.seed, `instances ${only}`);
    this.#shared = this.#sharedMemories();
    const clock = this.#clock;
    const checks = new Checks({
      clock,
      stores: this.#stores,
      tally: this.tally,
      random: new Random(settings.seed, `latency ${only}`),
      head: settings.head,
      defaultStore,
      shared: this.#shared,
      roundTrip: REGIONS.map((region) => roundTrip(settings, region)),
    });
    const storeCount = storeNames.length;
    this.#dependencies = {
      settings,
      clock,
      stores: this.#stores,
      storeCount,
      checks,
      tally: this.tally,
    };
    this.#instances = REGIONS.map(() => []);
    for (const region of new Set(this.#clients.map(({ region }) => region)))
      this.grow(region, settings.instances);
  }

  get now(): number {
    return this.#clock.now();
  }

  get inventoryBytes(): number {
    return this.#stores.inventoryBytes;
  }

  /** The most entries of one instance so far, and the sum of evictions. */
  memory(): { readonly mostEntries: number; readonly evictions: number } {
    const all = this.#instances.flat();
    for (const instance of all) instance.note();
    return {
      mostEntries: Math.max(...all.map(({ mostEntries }) => mostEntries)),
      evictions: all.reduce((total, { evictions }) => total + evictions, 0),
    };
  }

  /** Entries of each shared memory. */
  sharedEntries(): readonly number[] {
    return [...new Set(this.#shared)].flatMap((memory) =>
      memory === undefined ? [] : [memory.entries],
    );
  }

  /** Adds empty instances to a region. Each lives for the same time; their deaths are spread over it evenly. */
  grow(region: number, count: number): void {
    const { lifetime } = this.#settings;
    for (let added = 0; added < count; added++) {
      const instance = new Instance(region, readingOffset(this.#random), this.#dependencies);
      this.#instances[region].push(instance);
      if (lifetime === Infinity) continue;
      const die = (): void => {
        instance.restart();
        this.#clock.after(lifetime, die);
      };
      this.#clock.after(((added + this.#random.unit()) / count) * lifetime, die);
    }
  }

  /** Replaces all instances by empty ones, at random moments within some milliseconds. */
  redeploy(within: number): void {
    for (const instance of this.#instances.flat())
      this.#clock.after(this.#random.unit() * within, () => instance.restart());
  }

  release(release: Release): void {
    this.traffic.release(release);
    this.#stores.release(release);
  }

  /** Answers all requests that arrive before a virtual time. */
  async run(until: number): Promise<void> {
    const { traffic } = this;
    if (traffic.at === 0) traffic.next();
    while (traffic.at < until) {
      await this.#fireUntil(traffic.at);
      this.#clock.advanceTo(traffic.at);
      this.tally.at(traffic.at);
      const { region, stores } = this.#clients[traffic.clients];
      const instances = this.#instances[region];
      instances[this.#random.below(instances.length)].request(stores, traffic.blob);
      traffic.next();
    }
    await this.#fireUntil(until);
    this.#clock.advanceTo(until);
  }

  /** Lets all checks that are still under way end. */
  async finish(): Promise<void> {
    await this.#fireUntil(this.now + 10_000);
  }

  async #fireUntil(time: number): Promise<void> {
    while (this.#clock.nextDue() <= time) {
      this.#clock.fireNext();
      this.tally.at(this.now);
      await settlePromises();
    }
  }

  /** By region; undefined where instances share nothing. */
  #sharedMemories(): (SharedMemory | undefined)[] {
    const { sharing } = this.#settings;
    if (sharing === 'none') return REGIONS.map(() => undefined);
    const create = (): SharedMemory => new SharedMemory(this.#clock, this.#settings);
    if (sharing === 'region') return REGIONS.map(create);
    const global = create();
    return REGIONS.map((region) =>
      roundTrip(this.#settings, region) > LONGEST_ROUND_TRIP ? undefined : global,
    );
  }
}

/** Milliseconds from a region to its shared memory and back. */
export function roundTrip({ sharing }: Pick<Settings, 'sharing'>, region: string): number {
  if (sharing !== 'global') return NEAR_ROUND_TRIP;
  const km = distanceKm({ cloud: 'GCP', region }, { cloud: 'GCP', region: CENTRE })!;
  return NEAR_ROUND_TRIP + ROUND_TRIP_PER_KM * km;
}
