/** A blob that a destination has. */
export interface KeptBlob {
  readonly digest: string;
  readonly size: number;
  /** When it was written; milliseconds since 1970. */
  readonly modified: number;
}

/** Since when blobs are known to be without a manifest, by digest; milliseconds since 1970. */
export type Sightings = ReadonlyMap<string, number>;

export interface GarbageQuestion {
  /** What the destination had before the source was read. */
  readonly stored: readonly KeptBlob[];
  /** Whether a manifest of the source needs the blob. */
  readonly isReferenced: (digest: string) => boolean;
  readonly sightings: Sightings;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** How long a blob must have been without a manifest; milliseconds. */
  readonly olderThan: number;
}

export interface Garbage {
  /** What no manifest needs, and none has needed for long enough. */
  readonly blobs: readonly KeptBlob[];
  /** Without a manifest, but not for long enough. */
  readonly waiting: number;
  /** To be kept until the next time. */
  readonly sightings: Sightings;
}

/**
 * Which blobs may be deleted. A blob is first seen without a manifest in one run, and deleted in a later one; one that
 * is needed again is forgotten. What was written too recently is left alone: whoever wrote it had a reason.
 */
export function findGarbage(question: GarbageQuestion): Garbage {
  const { stored, isReferenced, now, olderThan } = question;
  const blobs: KeptBlob[] = [];
  const sightings = new Map<string, number>();
  for (const blob of stored) {
    const { digest, modified } = blob;
    if (isReferenced(digest)) continue;
    const since = Math.min(question.sightings.get(digest) ?? now, now);
    sightings.set(digest, since);
    if (now - since >= olderThan && now - modified >= olderThan) blobs.push(blob);
  }
  return { blobs, waiting: sightings.size - blobs.length, sightings };
}

/** Writes sightings down; {@link parseSightings} reads them. */
export function formatSightings(sightings: Sightings): string {
  return `${JSON.stringify({ version: 1, since: Object.fromEntries(sightings) })}\n`;
}

/**
 * Reads sightings. Undefined text is none.
 *
 * @throws SyntaxError where it cannot be read: to begin anew is then somebody's decision
 */
export function parseSightings(text: string | undefined): Sightings {
  const since: unknown = text === undefined ? {} : sinceOf(text);
  if (typeof since !== 'object' || since === null)
    throw new SyntaxError('cannot read sightings of unreferenced blobs: expected version 1');
  return new Map(
    Object.entries(since).flatMap(([digest, at]: [string, unknown]) =>
      typeof at === 'number' ? [[digest, at] as const] : [],
    ),
  );
}

function sinceOf(text: string): unknown {
  try {
    const document: unknown = JSON.parse(text);
    return typeof document === 'object' && document !== null && 'since' in document
      ? document.since
      : undefined;
  } catch {
    return undefined;
  }
}
