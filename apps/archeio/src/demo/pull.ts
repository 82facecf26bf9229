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
    const headers = { 'x-forwarded-for': this.#client.address };
    const { response } = await fetchBytes(url, headers, PATIENCE_WITH_ARCHEIO, this.#stop);
    const location = URL.parse(response.headers.get('location') ?? '');
    if (response.status !== 307 || location === null)
      throw new Error(`${url} answered ${response.status} instead of a redirect`);
    this.#observer.redirected(this.#client, kind, location);
    return location;
  }

  /** A backend's answer; without bytes if it did not come in time. */
  async #fetch(location: URL) {
    try {
      const { response, bytes } = await fetchBytes(location.href, {}, PATIENCE, this.#stop);
      return { status: response.status, headers: response.headers, bytes };
    } catch (error) {
      const failure = error instanceof Error ? error.message : failureReason(error);
      return { status: 0, headers: new Headers(), bytes: undefined, failure };
    }
  }
}

/**
 * An answer and its body, each of which must come within `patience` milliseconds. Without `AbortSignal.any`: on Bun, the
 * signals that it makes live as long as those that it is given.
 *
 * @throws Error if it does not come in time
 */
async function fetchBytes(
  url: string,
  headers: Readonly<Record<string, string>>,
  patience: number,
  stop: AbortSignal,
): Promise<{ readonly response: Response; readonly bytes: Uint8Array }> {
  const control = new AbortController();
  const abort = (): void => control.abort();
  const timer = setTimeout(abort, patience);
  stop.addEventListener('abort', abort);
  if (stop.aborted) abort();
  try {
    const response = await fetch(url, { redirect: 'manual', headers, signal: control.signal });
    timer.refresh();
    return { response, bytes: new Uint8Array(await response.arrayBuffer()) };
  } catch (error) {
    if (control.signal.aborted) throw new Error('no answer in time', { cause: error });
    throw new Error(failureReason(error), { cause: error });
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', abort);
  }
}
