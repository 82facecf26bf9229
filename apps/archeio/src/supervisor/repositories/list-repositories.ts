import { listCatalog } from './catalog-lister.ts';
import { listGoogle } from './google-lister.ts';
import type { ListedUpstream } from './lister.ts';
import { PAGE_LIMITS, PageReader } from './page-reader.ts';

/** Milliseconds for a whole listing; a longer one is cancelled and retried. */
const LISTING_TIMEOUT = 30 * 60 * 1000;

const LISTERS = Object.freeze({ catalog: listCatalog, google: listGoogle });

/** How an upstream's repositories are listed. */
export type ListingMethod = keyof typeof LISTERS;

/** Lists an upstream's repositories. */
export type ListRepositories = (
  method: ListingMethod,
  upstream: ListedUpstream,
  signal: AbortSignal,
) => Promise<ReadonlySet<string>>;

/** Lists over the network. @param userAgent the product that upstreams see in their logs */
export function repositoriesOf(userAgent: string): ListRepositories {
  return async (method, upstream, signal) => {
    const own = new AbortController();
    const reader = new PageReader({
      ...PAGE_LIMITS,
      userAgent,
      signal: AbortSignal.any([signal, own.signal, AbortSignal.timeout(LISTING_TIMEOUT)]),
    });
    try {
      return await LISTERS[method](upstream, reader);
    } finally {
      // After an error, concurrent requests are of no use.
      own.abort();
    }
  };
}
