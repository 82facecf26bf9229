import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '../../parts/command.ts';
import { FakeRegistry } from '../fake-registry.ts';
import { runMirror, type Summary, summaryOf, writeMirrorConfiguration } from '../mirror-command.ts';
import { RunningSync } from '../running-sync.ts';
import type { CopyPlace } from './copy-places.ts';

/** Servers trust that a blob exists only for a moment, so that gc may delete after a second. */
const PRESENCE = { presence: { presentFor: '1ms', absentFor: '1ms' } };

/** Makes everything written or seen so far old enough for gc; S3 states times in seconds. */
export const grownOld = (): Promise<void> => sleep(2100);

export const IMAGE = 'application/vnd.oci.image.manifest.v1+json';

interface Described {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** A mirror of the test's own registry, whose repository is `app`, into one copy. */
export class CopyRun implements AsyncDisposable {
  readonly registry: FakeRegistry;
  readonly place: CopyPlace;
  /** Keys of the source's configuration to change. */
  more: object = {};
  readonly #folder: string;

  private constructor(registry: FakeRegistry, place: CopyPlace, folder: string) {
    this.registry = registry;
    this.place = place;
    this.#folder = folder;
  }

  static async start(place: CopyPlace, folder: string): Promise<CopyRun> {
    return new CopyRun(await FakeRegistry.start(), place, folder);
  }

  command(...args: string[]): Promise<Outcome> {
    return runMirror(args, this.#configuration(), { folder: this.#folder });
  }

  /** Begins a sync. */
  begin(): RunningSync {
    return new RunningSync(this.#configuration(), { folder: this.#folder, runtime: 'node' });
  }

  #configuration(): string {
    const repositories = { from: 'list', names: ['app'] };
    const mirror = {
      source: { url: this.registry.url, repositories, ...this.more },
      destinations: [this.place.destination],
      limits: { requestsPerSecond: 0 },
    };
    return writeMirrorConfiguration(this.#folder, mirror, PRESENCE);
  }

  async sync(...args: string[]): Promise<Summary> {
    return summaryOf(await this.command('sync', '--json', ...args));
  }

  /** Deletes everything that gc has seen unneeded for a second. */
  gc(...args: string[]): Promise<Outcome> {
    return this.command('gc', '--older-than', '1s', '--at-most', '100%', ...args);
  }

  /** Adds an untagged image with these texts as blobs. */
  image(texts: readonly string[], more: object = {}): Described {
    const layers = texts.map((text) => this.registry.blob('app', Buffer.from(text)));
    const document = { schemaVersion: 2, mediaType: IMAGE, layers, ...more };
    return this.registry.manifest('app', document);
  }

  /** Replaces the tags. */
  tag(tags: Readonly<Record<string, { readonly digest: string }>>): void {
    this.registry.tags('app', ...Object.keys(tags));
    for (const [tag, { digest }] of Object.entries(tags))
      this.registry.link(`/v2/app/manifests/${tag}`, `/v2/app/manifests/${digest}`);
  }

  /** Answers of the referrers API. */
  refer(subject: Described, ...referrers: readonly Described[]): void {
    const index = { schemaVersion: 2, mediaType: INDEX, manifests: referrers };
    this.registry.add(`/v2/app/referrers/${subject.digest}`, JSON.stringify(index), INDEX);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.registry[Symbol.asyncDispose]();
  }
}

export const INDEX = 'application/vnd.oci.image.index.v1+json';
