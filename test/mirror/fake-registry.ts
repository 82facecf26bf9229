import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from '../parts/ports.ts';

export const digestOf = (content: string | Buffer): string =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;

function promiseAndResolve(): [() => void, Promise<void>] {
  const { promise, resolve } = Promise.withResolvers<void>();
  return [resolve, promise];
}

/** Answers instead of the registry if it returns true. */
export type Trouble = (
  request: IncomingMessage,
  response: ServerResponse,
  /** The requested content, if it exists. */
  content: Buffer | undefined,
) => boolean;

interface Content {
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

/** Held requests. */
export interface Held {
  /** Resolves when the first of them has arrived. */
  readonly reached: Promise<void>;
  /** Answers the held requests, and holds no more. */
  release(): void;
}

/** A registry of documents and blobs in memory, for behaviour that a real one cannot be made to show. */
export class FakeRegistry {
  readonly asked: string[] = [];
  readonly #content = new Map<string, Content>();
  readonly #server = createServer((request, response) => this.#answer(request, response));
  readonly #held = new Map<
    string,
    { readonly come: () => void; readonly released: Promise<void> }
  >();
  trouble: Trouble = () => false;
  url = '';

  static async start(): Promise<FakeRegistry> {
    const registry = new FakeRegistry();
    registry.url = `http://127.0.0.1:${await listenOnLoopback(registry.#server)}`;
    registry.add('/v2/', '{}');
    return registry;
  }

  /** @param path with its query, where only that is meant */
  add(
    path: string,
    bytes: string | Buffer,
    type = 'application/json',
    headers: Readonly<Record<string, string>> = {},
  ): void {
    this.#content.set(path, { type, headers, bytes: Buffer.from(bytes) });
  }

  /** Adds documents as pages; `link` makes the `Link` to the next page from its path. */
  pages(
    path: string,
    documents: readonly object[],
    link: (next: string) => string,
    headers: Readonly<Record<string, string>> = {},
  ): void {
    const pathOf = (number: number): string => (number === 0 ? path : `${path}?page=${number}`);
    documents.forEach((document, number) => {
      const next = documents[number + 1] && { link: `<${link(pathOf(number + 1))}>; rel="next"` };
      const type = 'application/json';
      this.add(pathOf(number), JSON.stringify(document), type, { ...headers, ...next });
    });
  }

  /** Makes a path answer like another. */
  link(path: string, to: string): void {
    const content = this.#content.get(to);
    if (content === undefined) throw new Error(`nothing is at ${to}`);
    this.#content.set(path, content);
  }

  blob(repository: string, bytes: Buffer): { mediaType: string; digest: string; size: number } {
    const digest = digestOf(bytes);
    this.add(`/v2/${repository}/blobs/${digest}`, bytes, 'application/octet-stream');
    return { mediaType: 'application/octet-stream', digest, size: bytes.length };
  }

  /** Adds a manifest under its digest and, if given, under tags. */
  manifest(
    repository: string,
    document: object,
    ...tags: string[]
  ): { mediaType: string; digest: string; size: number } {
    const text = JSON.stringify(document);
    const mediaType =
      'mediaType' in document
        ? String(document.mediaType)
        : 'application/vnd.oci.image.manifest.v1+json';
    for (const reference of [digestOf(text), ...tags])
      this.add(`/v2/${repository}/manifests/${reference}`, text, mediaType);
    if (tags.length > 0) this.tags(repository, ...tags);
    return { mediaType, digest: digestOf(text), size: Buffer.byteLength(text) };
  }

  /** The repository's tags, without the manifests that they name. */
  tags(repository: string, ...tags: string[]): void {
    this.add(`/v2/${repository}/tags/list`, JSON.stringify({ name: repository, tags }));
  }

  /** Holds GET requests whose path ends like this. */
  hold(path: string): Held {
    const [come, reached] = promiseAndResolve();
    const [release, released] = promiseAndResolve();
    this.#held.set(path, { come, released });
    return {
      reached,
      release: () => {
        this.#held.delete(path);
        release();
      },
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request;
    this.asked.push(`${method} ${url}${headers.range === undefined ? '' : ` ${headers.range}`}`);
    request.resume();
    const held = [...this.#held].find(([path]) => method === 'GET' && url.endsWith(path))?.[1];
    held?.come();
    if (held === undefined) this.#send(request, response);
    else void held.released.then(() => this.#send(request, response));
  }

  #send(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request;
    const found = this.#content.get(url) ?? this.#content.get(url.split('?')[0] ?? '');
    if (this.trouble(request, response, found?.bytes)) return;
    if (found === undefined) {
      response.writeHead(404).end('{"errors":[{"code":"NOT_FOUND"}]}');
      return;
    }
    const { type, headers: more, bytes } = found;
    const [, start] = /^bytes=(\d+)-$/.exec(headers.range ?? '') ?? [];
    const rest = bytes.subarray(Number(start ?? 0));
    response.writeHead(start === undefined ? 200 : 206, {
      'content-type': type,
      'content-length': rest.length,
      'docker-content-digest': digestOf(bytes),
      ...more,
      ...(start !== undefined && {
        'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}`,
      }),
    });
    response.end(method === 'HEAD' ? undefined : rest);
  }
}
