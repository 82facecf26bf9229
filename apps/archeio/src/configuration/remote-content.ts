import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { failureReason } from '@archeio/plain-errors';
import { readRegular, decodedBody, fetchFollowing } from '@archeio/bounded-reading';
import { writeWholeFile } from '../platform/write-whole-file.ts';
import { type Content, gather } from './content.ts';
import { LARGEST_CONTENT, isLoopback, ConfigurationError, childOf } from '@archeio/configuration';
import { locationName } from './location.ts';
import { ArcheioError } from '../platform/errors.ts';

export interface RemoteOptions {
  /** Directory for the last good content; undefined saves nothing. */
  readonly directory?: string | undefined;
  /** Beginning of the saved file's name: content that is good for one use may not be for another. */
  readonly keptAs?: string;
  /** Milliseconds for the whole answer. */
  readonly timeout?: number;
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

interface Kept {
  readonly text: string;
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

const TIMEOUT = 10_000;

/** Maximum size of the saved file: in JSON, a character may take six bytes. */
const LARGEST_KEPT = 8 * LARGEST_CONTENT;

function textAt(value: unknown, key: string): string | undefined {
  const found = childOf(value, key);
  return typeof found === 'string' ? found : undefined;
}

/** A configuration at a URL: fetched with conditional requests, the last good one saved on disk. */
export class RemoteContent {
  readonly #url: string;
  readonly #name: string;
  readonly #options: RemoteOptions;
  #last: Kept | undefined;

  constructor(url: string, options: RemoteOptions) {
    this.#url = url;
    this.#name = locationName({ kind: 'url', url });
    this.#options = options;
  }

  /**
   * Fetches the current content with a conditional request.
   *
   * @throws ArcheioError where there is no usable answer in time, ConfigurationError for what is no text or too large
   */
  async fetch(): Promise<Content> {
    let kept: Kept;
    try {
      kept = await this.#ask();
    } catch (error) {
      if (error instanceof ArcheioError || error instanceof ConfigurationError) throw error;
      throw this.#unreachable(failureReason(error));
    }
    this.#last = kept;
    return { text: kept.text, name: this.#name, keep: () => this.#keep(kept) };
  }

  /** The last good content of an earlier run; undefined if there is none. */
  async lastGood(): Promise<Content | undefined> {
    const path = this.#path();
    if (path === undefined) return undefined;
    try {
      const kept: unknown = JSON.parse(
        Buffer.from(await readRegular(path, LARGEST_KEPT)).toString(),
      );
      const text = textAt(kept, 'text');
      if (text === undefined || textAt(kept, 'url') !== this.#url) return undefined;
      return { text, name: `${path} (last good of ${this.#name})` };
    } catch {
      return undefined;
    }
  }

  async #ask(): Promise<Kept> {
    const { fetch, timeout = TIMEOUT } = this.#options;
    const headers = new Headers({ accept: 'application/yaml, application/json, text/plain, */*' });
    const last = this.#last;
    if (last?.etag !== undefined) headers.set('if-none-match', last.etag);
    if (last?.lastModified !== undefined) headers.set('if-modified-since', last.lastModified);
    const answer = await fetchFollowing(this.#url, {
      headers,
      signal: AbortSignal.timeout(timeout),
      refuse: ({ protocol, hostname }) =>
        protocol === 'https:' || isLoopback(hostname)
          ? undefined
          : 'it redirects to a URL without TLS',
      fetch,
    });
    if (answer.status === 304 && last !== undefined) {
      await answer.body?.cancel();
      return last;
    }
    if (answer.status !== 200 || answer.body === null) {
      await answer.body?.cancel();
      throw this.#unreachable(`the server answers ${answer.status}`);
    }
    return {
      text: await gather(decodedBody(answer), this.#name),
      etag: answer.headers.get('etag') ?? undefined,
      lastModified: answer.headers.get('last-modified') ?? undefined,
    };
  }

  #unreachable(why: string): ArcheioError {
    return new ArcheioError('configuration-unreachable', `cannot fetch ${this.#name}: ${why}`);
  }

  #path(): string | undefined {
    const { directory, keptAs = 'configuration' } = this.#options;
    const id = createHash('sha256').update(this.#url).digest('hex').slice(0, 16);
    return directory === undefined ? undefined : join(directory, `${keptAs}-${id}.json`);
  }

  async #keep({ text }: Kept): Promise<void> {
    const path = this.#path();
    if (path === undefined) return;
    await mkdir(this.#options.directory ?? '', { recursive: true });
    await writeWholeFile(path, JSON.stringify({ url: this.#url, text }), 0o600);
  }
}
