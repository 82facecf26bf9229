import type { ManifestFacts } from '../manifest-facts.ts';

/** A tag in a copy. */
export interface CopiedTag {
  readonly digest: string;
  /** Of the object that was written, as its destination names it; undefined if that is unknown. */
  readonly version?: string | undefined;
}

/** What the mirror has written of a repository into a copy. */
export interface RepositoryState {
  readonly tags: ReadonlyMap<string, CopiedTag>;
  readonly manifests: ReadonlyMap<string, ManifestFacts>;
  /** Whether the blobs of its manifests can be read below the repository. */
  readonly hasBlobs: boolean;
}

export const NO_STATE: RepositoryState = { tags: new Map(), manifests: new Map(), hasBlobs: false };

/** Serializes a state for {@link parseState}. The same state gives the same text. */
export function formatState({ tags, manifests, hasBlobs }: RepositoryState): string {
  const sorted = <Value>(map: ReadonlyMap<string, Value>): Record<string, Value> =>
    Object.fromEntries([...map].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ version: 1, hasBlobs, tags: sorted(tags), manifests: sorted(manifests) })}\n`;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTag = (value: unknown): value is CopiedTag =>
  isRecord(value) && typeof value['digest'] === 'string';

const isFacts = (value: unknown): value is ManifestFacts =>
  isRecord(value) &&
  typeof value['mediaType'] === 'string' &&
  typeof value['size'] === 'number' &&
  Array.isArray(value['entries']) &&
  (value['referrer'] === undefined || isRecord(value['referrer']));

function valuesOf<Value>(
  object: Readonly<Record<string, unknown>>,
  isValue: (value: unknown) => value is Value,
): ReadonlyMap<string, Value> {
  const entries = Object.entries(object).filter(
    (entry: [string, unknown]): entry is [string, Value] => isValue(entry[1]),
  );
  return new Map(entries);
}

/** Parses a state; undefined if it cannot be read. The mirror then reads the repository again. */
export function parseState(text: string): RepositoryState | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || value['version'] !== 1) return undefined;
  const { tags, manifests, hasBlobs } = value;
  if (!isRecord(tags) || !isRecord(manifests)) return undefined;
  return {
    tags: valuesOf(tags, isTag),
    manifests: valuesOf(manifests, isFacts),
    hasBlobs: hasBlobs === true,
  };
}
