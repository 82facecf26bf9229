import { isName } from '@archeio/oci-distribution';
import { z } from 'zod';
import { type ListedUpstream, MOST_NAMES } from './lister.ts';
import { ListingError } from './listing-error.ts';
import type { PageReader } from './page-reader.ts';

/** distribution's own limit on a page, unless it is set to less; a greater number is refused. */
const PAGE_SIZE = 1000;

const page = z.object({ repositories: z.array(z.string()).nullable() });

/**
 * Lists by `/v2/_catalog`, as distribution serves it: the names of the whole registry, those outside the upstream's
 * path among them. https://distribution.github.io/distribution/spec/api/#listing-repositories
 *
 * @throws ListingError if the list cannot be had as a whole
 */
export async function listCatalog(
  { url, path }: ListedUpstream,
  reader: PageReader,
): Promise<Set<string>> {
  const within = path === '' ? '' : `${path}/`;
  const names = new Set<string>();
  const first = `${url}/v2/_catalog?n=${PAGE_SIZE}`;
  for await (const body of catalogPages(`${url}/v2/_catalog`, reader)) {
    const read = page.safeParse(body);
    if (!read.success) throw new ListingError(`${first}: is no catalog of repositories`);
    for (const full of read.data.repositories ?? []) {
      const name = full.slice(within.length);
      if (!full.startsWith(within) || !isName(name)) continue;
      if (names.size === MOST_NAMES)
        throw new ListingError(`${first}: has more than ${MOST_NAMES} repositories`);
      names.add(name);
    }
  }
  return names;
}

/** Where so many are too many at once, the registry decides how many they are. */
async function* catalogPages(catalog: string, reader: PageReader): AsyncGenerator {
  try {
    yield* reader.pages(`${catalog}?n=${PAGE_SIZE}`);
  } catch (error) {
    if (!(error instanceof ListingError && error.status === 400)) throw error;
    yield* reader.pages(catalog);
  }
}
