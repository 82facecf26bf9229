import type { PageReader } from './page-reader.ts';

/** An upstream whose repositories are listed. */
export interface ListedUpstream {
  readonly name: string;
  /** `https://host[:port]` */
  readonly url: string;
  /** The repositories' common path in it, without slashes at its ends; may be empty. */
  readonly path: string;
}

/**
 * The names of an upstream's repositories, without the upstream's path.
 *
 * @throws ListingError if the list cannot be read as a whole; a part is never returned
 */
export type Lister = (upstream: ListedUpstream, reader: PageReader) => Promise<Set<string>>;

/** Names of one list; some 30 MB. */
export const MOST_NAMES = 250_000;
