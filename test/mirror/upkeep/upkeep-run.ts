import { setTimeout as sleep } from 'node:timers/promises';
import { type Plan, WHOLE } from '@archeio/mirror-plan';
import {
  collectGarbage,
  type Collected,
  type CollectingOptions,
} from '../../../packages/mirror/src/run/collect-garbage.ts';
import { readMirrorSettings } from '../../../apps/archeio/src/commands/mirror/mirror-configuration.ts';
import { type OpenMirror, openMirror } from '../../../packages/mirror/src/run/open-mirror.ts';
import {
  planMirror,
  planSync,
  type Summary,
  syncMirror,
} from '../../../packages/mirror/src/run/sync.ts';
import { MACHINE_TIMING } from '../../../packages/mirror/src/timing.ts';
import {
  type Verified,
  verifyMirror,
  type VerifyOptions,
} from '../../../packages/mirror/src/run/verify.ts';
import type { Outcome } from '../../parts/command.ts';
import { FakeRegistry } from '../fake-registry.ts';
import { runMirror, S3_ENVIRONMENT, writeMirrorConfiguration } from '../mirror-command.ts';
import type { Place } from '../place.ts';

/** Where upkeep is tested: a work folder, and a function that makes another empty place of the kind. */
export interface Surroundings {
  readonly folder: string;
  readonly makePlace: () => Promise<Place>;
}

/** Servers trust that a blob exists only for a moment, so that gc may delete after a second. */
const PRESENCE = { presence: { presentFor: '1ms', absentFor: '1ms' } };
const OLDER_THAN = 1000;

/** Makes everything written or seen so far old enough for gc. */
export const grownOld = (): Promise<void> => sleep(OLDER_THAN + 100);

const silent = () => () => {};

/** Failures are retried at once, as often as usual. */
const WITHOUT_DELAY = { ...MACHINE_TIMING, random: () => 0 };

/** A mirror with one destination. Most tests run it without the command, which takes a second to start. */
export class UpkeepRun {
  readonly place: Place;
  /** Concurrent blobs; with 1, each blob of a manifest is stored before the next is requested. */
  concurrency = 16;
  /** Keys of the source's configuration to change. */
  more: object = {};
  readonly #folder: string;
  readonly #source: object;

  constructor({ folder }: Surroundings, place: Place, source: object) {
    this.place = place;
    this.#folder = folder;
    this.#source = source;
  }

  get #configuration(): string {
    const mirror = {
      source: { ...this.#source, ...this.more },
      destinations: [this.place.destination],
      limits: { requestsPerSecond: 0, concurrency: this.concurrency },
    };
    return writeMirrorConfiguration(this.#folder, mirror, PRESENCE);
  }

  async #with<Result>(work: (mirror: OpenMirror) => Promise<Result>): Promise<Result> {
    // The SDK looks for credentials there.
    Object.assign(process.env, S3_ENVIRONMENT);
    const environment = { HOME: this.#folder };
    const { mirror } = await readMirrorSettings(environment, { config: this.#configuration });
    using open = await openMirror(mirror, environment, { show: silent, timing: WITHOUT_DELAY });
    return await work(open);
  }

  command(...args: string[]): Promise<Outcome> {
    return runMirror(args, this.#configuration, { folder: this.#folder });
  }

  plan(): Promise<Plan> {
    return this.#with(
      async (mirror) => (await planMirror(mirror, { shard: WHOLE, trustRecords: true })).plan,
    );
  }

  /** @throws Error if anything failed */
  async sync(): Promise<Summary> {
    const { signal: stop } = new AbortController();
    const summary = await this.#with(async (mirror) => {
      const planned = await planSync(mirror, { shard: WHOLE, trustRecords: true });
      return syncMirror(mirror, planned, { shard: WHOLE, stop });
    });
    const [problem] = summary.problems;
    if (problem !== undefined) throw new Error(`${problem.reference}: ${problem.why}`);
    return summary;
  }

  verify(options: Partial<VerifyOptions> = {}): Promise<Verified> {
    const all = { isChosen: () => true, repair: false, show: silent };
    return this.#with((mirror) => verifyMirror(mirror, { ...all, ...options }));
  }

  /** How many blobs are garbage, waiting and deleted. @throws MirrorError as gc does */
  async gc(
    options: Pick<CollectingOptions, 'delete' | 'atMost' | 'adoptsOlder'> = JUDGE,
  ): Promise<Pick<Collected, 'garbage' | 'waiting' | 'deleted'>> {
    const [{ garbage, waiting, deleted }] = await this.#with((mirror) =>
      collectGarbage(mirror, { ...options, olderThan: OLDER_THAN, now: Date.now }),
    );
    return { garbage, waiting, deleted };
  }
}

const JUDGE = { delete: false, atMost: 1, adoptsOlder: false };
/** Deletes everything that it may. */
export const DELETE = { ...JUDGE, delete: true };

/** The same with the test's own registry and its repository `app`. */
export class FakeRun extends UpkeepRun implements AsyncDisposable {
  readonly registry: FakeRegistry;

  private constructor(surroundings: Surroundings, place: Place, registry: FakeRegistry) {
    const repositories = { from: 'list', names: ['app'] };
    super(surroundings, place, { url: registry.url, repositories, referrers: false });
    this.registry = registry;
  }

  static async start(surroundings: Surroundings): Promise<FakeRun> {
    return new FakeRun(surroundings, await surroundings.makePlace(), await FakeRegistry.start());
  }

  /** Adds an untagged image with these texts as blobs. */
  image(...texts: string[]): { mediaType: string; digest: string; size: number; blobs: string[] } {
    const layers = texts.map((text) => this.registry.blob('app', Buffer.from(text)));
    const blobs = layers.map(({ digest }) => digest);
    return { ...this.registry.manifest('app', { schemaVersion: 2, layers }), blobs };
  }

  /** Replaces the tags. */
  tag(tags: Readonly<Record<string, { readonly digest: string }>>): void {
    this.registry.tags('app', ...Object.keys(tags));
    for (const [tag, { digest }] of Object.entries(tags))
      this.registry.link(`/v2/app/manifests/${tag}`, `/v2/app/manifests/${digest}`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.registry[Symbol.asyncDispose]();
  }
}
