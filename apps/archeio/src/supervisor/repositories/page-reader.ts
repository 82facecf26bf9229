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

export interface PageReaderOptions {
  readonly userAgent: string;
  /** Milliseconds for one page as a whole. */
  readonly timeout: number;
  /** Bytes of one page, decoded. */
  readonly mostBytes: number;
  /** Pages of one listing. */
  readonly mostPages: number;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

export interface Page {
  readonly url: string;
  readonly status: number;
  readonly body: unknown;
}

interface PageRead extends Page {
  readonly next: string | undefined;
}

/** 100,000 names of the longest kind that is seen make 10 MB; milliseconds, bytes. */
export const PAGE_LIMITS = Object.freeze({
  timeout: 30_000,
  mostBytes: 32 * 1024 * 1024,
  mostPages: 10_000,
});

/** Reads listings of JSON pages that lead from one to the next, following no redirect. */
export class PageReader {
  readonly #options: PageReaderOptions;

  constructor(options: PageReaderOptions) {
    this.#options = options;
  }

  /**
   * The pages of a listing, in order.
   *
   * @param also statuses besides 200 that the first page may have: then it has no body, and is the only one
   * @throws ListingError if a page cannot be read, or has another page on another host, or the pages form a loop
   */
  async *pages(first: string, also: readonly number[] = []): AsyncGenerator<Page, void, void> {
    const seen = new Set<string>();
    for (let url: string | undefined = first; url !== undefined;) {
      if (seen.has(url)) throw new ListingError(`${url}: its pages form a loop`);
      if (seen.size === this.#options.mostPages)
        throw new ListingError(`${first}: has more than ${this.#options.mostPages} pages`);
      seen.add(url);
      const { next, ...page }: PageRead = await this.#page(url, url === first ? also : []);
      yield page;
      url = next;
    }
  }

  async #page(url: string, also: readonly number[]): Promise<PageRead> {
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
        throw new ListingError(`${url}: answered ${status}`, {
          status,
          retryAfter: retryAfter(response.headers.get('retry-after'), Date.now()),
        });
      }
      const body = parsed(url, await this.#text(url, response));
      return { url, status, body, next: followed(response, url) };
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

/** Where a page leads; undefined from the last. */
function followed(response: Response, url: string): string | undefined {
  try {
    return nextPage(response.headers.get('link'), url);
  } catch (error) {
    // What is wrong with a Link is said by us.
    throw new ListingError(`${url}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
