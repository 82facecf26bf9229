/** A stored blob. */
export interface KeptBlob {
  readonly digest: string;
  readonly size: number;
  /** When it was written; milliseconds since 1970. */
  readonly modified: number;
}

/** Unreferenced objects of a destination, as one run of gc stores them for the next. */
export interface Sightings {
  /** Since when each blob is known to be unreferenced; milliseconds since 1970. */
  readonly blobs: ReadonlyMap<string, number>;
  /** Keys of records whose manifest is gone. */
  readonly records: ReadonlySet<string>;
  /** The same as `blobs` for the objects of a copy of the registry, by key. */
  readonly objects: ReadonlyMap<string, number>;
}

export const NO_SIGHTINGS: Sightings = {
  blobs: new Map(),
  records: new Set(),
  objects: new Map(),
};

/**
 * Since when a stored blob is known to be unreferenced; undefined if it is not. A blob written after the sighting does
 * not count as the one that was seen.
 *
 * gc deletes only blobs that an earlier run has seen. A run that wants to rely on such a blob writes it again, and gc,
 * which deletes only unchanged blobs, keeps it.
 */
export function seenSince(
  { blobs }: Pick<Sightings, 'blobs'>,
  { digest, modified }: KeptBlob,
): number | undefined {
  const since = blobs.get(digest);
  return since === undefined || modified > since ? undefined : since;
}

/** Serializes sightings for {@link parseSightings}. */
export function formatSightings({ blobs, records, objects }: Sightings): string {
  const since = Object.fromEntries(blobs);
  const copied = objects.size === 0 ? {} : { copied: Object.fromEntries(objects) };
  return `${JSON.stringify({ version: 1, since, records: [...records], ...copied })}\n`;
}

const timesOf = (object: object): ReadonlyMap<string, number> =>
  new Map(
    Object.entries(object).filter(
      (entry: [string, unknown]): entry is [string, number] => typeof entry[1] === 'number',
    ),
  );

/**
 * Parses sightings; undefined text means none.
 *
 * @throws SyntaxError if they cannot be read: starting over is the operator's decision
 */
export function parseSightings(text: string | undefined): Sightings {
  if (text === undefined) return NO_SIGHTINGS;
  const { since, records, copied } = objectOf(text);
  if (typeof since !== 'object' || since === null)
    throw new SyntaxError('cannot read sightings of unreferenced blobs: expected version 1');
  const names = Array.isArray(records) ? records.filter((each) => typeof each === 'string') : [];
  const objects = typeof copied === 'object' && copied !== null ? timesOf(copied) : new Map();
  return { blobs: timesOf(since), records: new Set(names), objects };
}

function objectOf(text: string): {
  readonly since?: unknown;
  readonly records?: unknown;
  readonly copied?: unknown;
} {
  try {
    return { ...JSON.parse(text) };
  } catch {
    return {};
  }
}
