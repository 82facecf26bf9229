/** A blob that a destination has. */
export interface KeptBlob {
  readonly digest: string;
  readonly size: number;
  /** When it was written; milliseconds since 1970. */
  readonly modified: number;
}

/** What a destination has that no manifest of the source needs, as one run of gc leaves it for the next. */
export interface Sightings {
  /** Since when each blob is known to be without a manifest; milliseconds since 1970. */
  readonly blobs: ReadonlyMap<string, number>;
  /** Keys of records that are of nothing any more. */
  readonly records: ReadonlySet<string>;
}

export const NO_SIGHTINGS: Sightings = { blobs: new Map(), records: new Set() };

/**
 * Since when a blob, as it is now, is known to be without a manifest; undefined where it is not. One that was written
 * after it was seen is not the one that was seen.
 *
 * What gc deletes was seen in an earlier run. So whoever wants to rely on a blob and finds it here writes it anew, and
 * gc, which deletes only what is unchanged, leaves it.
 */
export function seenSince(
  { blobs }: Sightings,
  { digest, modified }: KeptBlob,
): number | undefined {
  const since = blobs.get(digest);
  return since === undefined || modified > since ? undefined : since;
}

/** Writes sightings down; {@link parseSightings} reads them. */
export function formatSightings({ blobs, records }: Sightings): string {
  const since = Object.fromEntries(blobs);
  return `${JSON.stringify({ version: 1, since, records: [...records] })}\n`;
}

/**
 * Reads sightings. Undefined text is none.
 *
 * @throws SyntaxError where it cannot be read: to begin anew is then somebody's decision
 */
export function parseSightings(text: string | undefined): Sightings {
  if (text === undefined) return NO_SIGHTINGS;
  const document = objectOf(text);
  const since = document?.['since'];
  if (typeof since !== 'object' || since === null)
    throw new SyntaxError('cannot read sightings of unreferenced blobs: expected version 1');
  const records = document?.['records'];
  return {
    blobs: new Map(
      Object.entries(since).flatMap(([digest, at]: [string, unknown]) =>
        typeof at === 'number' ? [[digest, at] as const] : [],
      ),
    ),
    records: new Set(
      Array.isArray(records)
        ? records.filter((each): each is string => typeof each === 'string')
        : [],
    ),
  };
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const document: unknown = JSON.parse(text);
    return typeof document === 'object' && document !== null ? { ...document } : undefined;
  } catch {
    return undefined;
  }
}
