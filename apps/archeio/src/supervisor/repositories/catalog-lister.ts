import {
  type Continuation,
  continuationOf,
  isName,
  LIST_PAGE_SIZE,
  PAGE_SIZE_REFUSALS,
} from '@archeio/oci-distribution';
import { z } from 'zod';
import { type ListedUpstream, MOST_NAMES } from './lister.ts';
import { ListingError } from './listing-error.ts';
import type { PageReader } from './page-reader.ts';

const page = z.object({
  repositories: z.array(z.string()).nullable(),
  errors: z.never().optional(),
});

/**
 * Lists the repositories with distribution's `/v2/_catalog`, which returns the names of the whole registry, also those
 * outside the upstream's path: https://distribution.github.io/distribution/spec/api/#listing-repositories
 *
 * @throws ListingError if the list cannot be read as a whole
 */
export async function listCatalog(
  { url, path }: ListedUpstream,
  reader: PageReader,
): Promise<Set<string>> {
  const within = path === '' ? '' : `${path}/`;
  const names = new Set<string>();
  const first = `${url}/v2/_catalog?n=${LIST_PAGE_SIZE}`;
  for await (const repositories of catalogPages(`${url}/v2/_catalog`, reader)) {
    for (const full of repositories) {
      const name = full.slice(within.length);
      if (names.has(name) || !full.startsWith(within) || !isName(name)) continue;
      if (names.size === MOST_NAMES)
        throw new ListingError(`${first}: has more than ${MOST_NAMES} repositories`);
      names.add(name);
    }
  }
  return names;
}

/** Leaves the page size to a registry that refuses ours, or cannot continue after a page of that size. */
async function* catalogPages(
  catalog: string,
  reader: PageReader,
): AsyncGenerator<readonly string[]> {
  const sized = `${catalog}?n=${LIST_PAGE_SIZE}`;
  const ended = yield* pagesFrom(sized, reader, PAGE_SIZE_REFUSALS);
  if (ended === 'end') return;
  let listed = 0;
  for await (const names of pagesFrom(catalog, reader, [])) {
    listed += names.length;
    yield names;
  }
  if (ended === 'ignored' && listed < LIST_PAGE_SIZE)
    throw new ListingError(
      `${sized}: is truncated: the registry neither links to the next page nor supports "last"`,
    );
}

/**
 * Yields the names on each page. The next page is that of the `Link` header, or else the one after the last name of
 * a full page.
 *
 * @param refusals statuses of the first page that end the listing without an error
 */
async function* pagesFrom(
  target: string,
  reader: PageReader,
  refusals: readonly number[],
): AsyncGenerator<readonly string[], 'end' | 'ignored' | 'refused'> {
  const asked = new Set<string>();
  for (let first = target; ;) {
    if (asked.has(first)) throw new ListingError(`${first}: its pages form a loop`);
    asked.add(first);
    let after: Continuation = 'end';
    for await (const { url, body, status } of reader.pages(
      first,
      first === target ? refusals : [],
    )) {
      if (status !== 200) return 'refused';
      const read = page.safeParse(body);
      if (!read.success) throw new ListingError(`${target}: is not a catalog of repositories`);
      const repositories = read.data.repositories ?? [];
      yield repositories;
      after = continuationOf(url, repositories);
    }
    if (typeof after === 'string') return after;
    first = after.url;
  }
}
