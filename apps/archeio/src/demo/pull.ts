import { failureReason } from '@archeio/plain-errors';
import type { DemoClient } from './demo-clients.ts';
import { digestOf } from './demo-image.ts';

/** How long a client waits for a backend, and then for its body, before it asks Archeio again; milliseconds. */
export const PATIENCE = 1000;
/** How long it waits for Archeio, which always has an answer. */
const PATIENCE_WITH_ARCHEIO = 10_000;
/** How long it asks again before the pull fails. */
const GIVE_UP_AFTER = 30_000;

/** What clients pull. */
export interface Reference {
  /** Origin of Archeio. */
  readonly origin: string;
  readonly repository: string;
  readonly tag: string;
}

export type ContentKind = 'manifests' | 'blobs';

/** Notified of what happens during a pull. */
export interface PullObserver {
  /** Archeio has sent the client to a backend. */
  redirected(client: DemoClient, kind: ContentKind, location: URL): void;
  /** A blob has arrived, and its digest is right. */
  received(location: URL, bytes: number): void;
  /** The backend did not answer: the client asks Archeio again. */
  repeated(): void;
}

/** The fields of an index or manifest that a client reads. */
interface Manifest {
  readonly manifests?: readonly {
    readonly digest: string;
    readonly platform: { readonly architecture: string };
  }[];
  readonly config?: { readonly digest: string };
  readonly layers?: readonly { readonly digest: string }[];
}

/** One client's pull of an image: index, manifest and blobs, each by a redirect of Archeio and each verified. */
export class Pull {
  readonly #client: DemoClient;
  readonly #reference: Reference;
  readonly #observer: PullObserver;
  readonly #stop: AbortSignal;

  /** @param stop aborts the pull */
  constructor(client: DemoClient, reference: Reference, observer: PullObserver, stop: AbortSignal) {
    this.#client = client;
    this.#reference = reference;
    this.#observer = observer;
    this.#stop = stop;
  }

  /** @throws Error that says what went wrong */
  async run(): Promise<void> {
    const { architecture, place } = this.#client;
    const index = await this.#manifest(this.#reference.tag);
    const own = index.manifests?.find(({ platform }) => platform.architecture === architecture);
    if (own === undefined) throw new Error(`the image has nothing for ${architecture} (${place})`);
    const { config, layers = [] } = await this.#manifest(own.digest);
    const blobs = config === undefined ? layers : [config, ...layers];
    await Promise.all(blobs.map(({ digest }) => this.#get('blobs', digest)));
  }

  async #manifest(reference: string): Promise<Manifest> {
    return JSON.parse(Buffer.from(await this.#get('manifests', reference)).toString());
  }

  /** Content from wherever Archeio sends the client, verified. Asks again while that backend does not answer. */
  async #get(kind: ContentKind, reference: string): Promise<Uint8Array> {
    const until = performance.now() + GIVE_UP_AFTER;
    for (;;) {
      const location = await this.#ask(kind, reference);
      const { status, headers, bytes, failure } = await this.#fetch(location);
      if (bytes === undefined) {
        if (this.#stop.aborted || performance.now() > until)
          throw new Error(`${location.href} does not answer: ${failure}`);
        this.#observer.repeated();
        continue;
      }
      if (status !== 200) throw new Error(`${location.href} answered ${status}`);
      const expected = reference.includes(':') ? reference : headers.get('docker-content-digest');
      if (digestOf(bytes) !== expected)
        throw new Error(`${location.href} sent other content than ${expected}`);
      if (kind === 'blobs') this.#observer.received(location, bytes.length);
      return bytes;
    }
  }

  /** Where Archeio sends the client. */
  async #ask(kind: ContentKind, reference: string): Promise<URL> {
    const { origin, repository } = this.#reference;
    const url = `${origin}/v2/${repository}/${kind}/${reference}`;
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { 'x-forwarded-for': this.#client.address },
      signal: AbortSignal.any([this.#stop, AbortSignal.timeout(PATIENCE_WITH_ARCHEIO)]),
    });
    await response.arrayBuffer();
    const location = URL.parse(response.headers.get('location') ?? '');
    if (response.status !== 307 || location === null)
      throw new Error(`${url} answered ${response.status} instead of a redirect`);
    this.#observer.redirected(this.#client, kind, location);
    return location;
  }

  /** A backend's answer; without bytes if it did not come in time. */
  async #fetch(location: URL) {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new Error('no answer in time')), PATIENCE);
    try {
      const signal = AbortSignal.any([this.#stop, late.signal]);
      const response = await fetch(location, { signal });
      timer.refresh();
      const bytes = new Uint8Array(await response.arrayBuffer());
      return { status: response.status, headers: response.headers, bytes };
    } catch (error) {
      const failure = late.signal.aborted ? 'no answer in time' : failureReason(error);
      return { status: 0, headers: new Headers(), bytes: undefined, failure };
    } finally {
      clearTimeout(timer);
    }
  }
}
