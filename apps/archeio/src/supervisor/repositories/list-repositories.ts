import { listCatalog } from './catalog-lister.ts';
import { listGoogle } from './google-lister.ts';
import type { ListedUpstream } from './lister.ts';
import { PAGE_LIMITS, PageReader } from './page-reader.ts';

/** How an upstream's repositories are listed. */
export type ListingMethod = 'catalog' | 'google';

/** Milliseconds for a listing as a whole: one that does not end is given up, and asked again. */
const LISTING_TIMEOUT = 30 * 60 * 1000;

const LISTERS = Object.freeze({ catalog: listCatalog, google: listGoogle });

/** Lists an upstream's repositories. */
export type ListRepositories = (
  method: ListingMethod,
  upstream: ListedUpstream,
  signal: AbortSignal,
) => Promise<ReadonlySet<string>>;

/**
 * Lists over the network.
 *
 * @param userAgent the product that upstreams see in their logs
 */
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
      // what else was asked for at the same time is of no use any more
      own.abort();
    }
  };
}
