import { sourceOfRecord, SOURCES_PREFIX } from './record.ts';

export interface JudgingQuestion {
  /** Names the source that gc reads. */
  readonly source: string;
  /** Keys of all records that the destination has. */
  readonly records: Iterable<string>;
  readonly hasBlobs: boolean;
  /** Whether records that name no source are taken for this source's. */
  readonly adoptsOlder: boolean;
}

/** Why gc cannot say what in a destination is garbage. */
export type Unjudged =
  | { readonly why: 'other sources'; readonly sources: readonly string[] }
  | { readonly why: 'never mirrored' }
  | { readonly why: 'older records'; readonly count: number };

/**
 * Whether gc may judge the blobs of a destination. Nothing in a blob says who needs it. A source that is mirrored there
 * says so before it writes anything, so that gc, which knows the manifests of one source, leaves what others need.
 *
 * @returns undefined where it may
 */
export function whyUnjudged(question: JudgingQuestion): Unjudged | undefined {
  const { source, hasBlobs, adoptsOlder } = question;
  const records = [...question.records];
  const sources = records.flatMap((record) =>
    record.startsWith(SOURCES_PREFIX) ? (sourceOfRecord(record) ?? []) : [],
  );
  const others = sources.filter((each) => each !== source);
  if (others.length > 0) return { why: 'other sources', sources: others };
  if (hasBlobs && !sources.includes(source)) return { why: 'never mirrored' };
  const count = records.filter((record) => sourceOfRecord(record) === undefined).length;
  if (count > 0 && !adoptsOlder) return { why: 'older records', count };
  return undefined;
}
