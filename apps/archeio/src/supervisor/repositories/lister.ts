/** An upstream whose repositories are listed. */
export interface ListedUpstream {
  readonly name: string;
  /** `https://host[:port]` */
  readonly url: string;
  /** Path of all its repositories, without slashes at the ends; may be empty. */
  readonly path: string;
}

/** Maximum number of names on a list; they take about 30 MB. */
export const MOST_NAMES = 250_000;
