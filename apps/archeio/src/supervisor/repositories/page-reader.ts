import { nextPage } from '@archeio/oci-distribution';
import {
  decodedBody,
  UNDECODED,
  gatherBytes,
  TooLongError,
  retryAfter,
} from '@archeio/bounded-reading';
import { requestFailure } from '../../platform/own-fault.ts';
import { ListingError } from './listing-error.ts';

/** Limits of a listing. */
export const PAGE_LIMITS = Object.freeze({
  /** Milliseconds for a page with its whole body. */
  timeout: 30_000,
  /** Decoded bytes of a page; 100,000 names of the longest kind in use take 10 MB. */
  mostBytes: 32 * 1024 * 1024,
  /** Pages of one listing. */
  mostPages: 10_000,
});

interface PageReaderOptions extends Readonly<Record<keyof typeof PAGE_LIMITS, number>> {
  readonly userAgent: string;
  /** Cancels requests in progress. */
  readonly signal: AbortSignal;
}

interface Page {
  readonly url: string;
  readonly status: number;
  readonly body: unknown;
  /** URL of the next page; undefined on the last one. */
  readonly next: string | undefined;
}

/** Reads listings of JSON pages that link to the next page. Does not follow redirects. */
export class PageReader {
  readonly #options: PageReaderOptions;

  constructor(options: PageReaderOptions) {
    this.#options = options;
  }

  /**
   * Yields the pages of a listing, in order.
   *
   * @param also statuses other than 200 that are accepted of the first page, which is then the only one and has no body
   * @throws ListingError if a page cannot be read or links to another host, or if the pages form a loop
   */
  async *pages(first: string, also: readonly number[] = []): AsyncGenerator<Page, void, void> {
    const seen = new Set<string>();
    for (let url: string | undefined = first; url !== undefined;) {
      if (seen.has(url)) throw new ListingError(`${url}: its pages form a loop`);
      if (seen.size === this.#options.mostPages)
        throw new ListingError(`${first}: has more than ${this.#options.mostPages} pages`);
      seen.add(url);
      const page: Page = await this.#page(url, url === first ? also : []);
      yield page;
      url = page.next;
    }
  }

  async #page(url: string, also: readonly number[]): Promise<Page> {
    const { userAgent, timeout, signal } = this.#options;
    try {
      const response = await fetch(url, {
        headers: { accept: 'application/json', 'user-agent': userAgent },
        redirect: 'manual',
        ...UNDECODED,
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
      });
      const { status } = response;
      if (status !== 200) {
        await response.body?.cancel();
        if (also.includes(status)) return { url, status, body: undefined, next: undefined };
        const wait = retryAfter(response.headers.get('retry-after'), Date.now());
        throw new ListingError(`${url}: answered ${status}`, status, wait);
      }
      const body = parsed(url, await this.#text(url, response));
      return { url, status, body, next: nextOf(response, url) };
    } catch (error) {
      if (error instanceof ListingError) throw error;
      throw new ListingError(`${url}: ${requestFailure(error)}`);
    }
  }

  async #text(url: string, response: Response): Promise<string> {
    try {
      const bytes = await gatherBytes(decodedBody(response), this.#options.mostBytes);
      return new TextDecoder().decode(bytes);
    } catch (error) {
      if (!(error instanceof TooLongError)) throw error;
      throw new ListingError(`${url}: is longer than ${this.#options.mostBytes} bytes`);
    }
  }
}

function parsed(url: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ListingError(`${url}: is not JSON`);
  }
}

function nextOf(response: Response, url: string): string | undefined {
  try {
    return nextPage(response.headers.get('link'), url);
  } catch (error) {
    // The message is our own, about the Link header.
    throw new ListingError(`${url}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
