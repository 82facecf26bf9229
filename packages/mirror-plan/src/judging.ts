import { sourceOfRecord, SOURCES_PREFIX } from './record.ts';

export interface JudgingQuestion {
  /** Name of the source that gc reads. */
  readonly source: string;
  /** Keys of all records of the destination. */
  readonly records: Iterable<string>;
  readonly hasBlobs: boolean;
  /** Whether to attribute records that name no source to this source. */
  readonly adoptsOlder: boolean;
}

/** Why gc cannot tell what in a destination is garbage. */
export type Unjudged =
  | { readonly why: 'other sources'; readonly sources: readonly string[] }
  | { readonly why: 'never mirrored' }
  | { readonly why: 'older records'; readonly count: number };

/**
 * Whether gc may judge the blobs of a destination. A blob does not say which source needs it. Every source registers in
 * a destination before it writes anything else, so that gc, which reads the manifests of one source, does not delete
 * blobs of others.
 *
 * @returns undefined if it may
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
