/** The bytes of a blob that an answer contains. */
export interface AnsweredRange {
  /** Where its bytes begin. */
  readonly start: number;
  /** The blob's total size; undefined if the answer does not state it. */
  readonly total: number | undefined;
}

/** Codings that leave the blob's bytes unchanged, and that both runtimes pass through. */
const PLAIN: ReadonlySet<string> = new Set(['', 'identity', 'aws-chunked']);

/** Whether a body is encoded: both runtimes decode it, while `Content-Length` and ranges count encoded bytes. */
export function isEncoded(headers: Headers): boolean {
  return (headers.get('content-encoding') ?? '')
    .split(',')
    .some((coding) => !PLAIN.has(coding.trim().toLowerCase()));
}

function numberIn(text: string | undefined): number | undefined {
  return text === undefined || !/^\d{1,15}$/.test(text) ? undefined : Number(text);
}

/**
 * The position of an answer's bytes in the blob (RFC 9110 §14.4); undefined if it is unknown, so that the bytes cannot
 * be used.
 */
export function answeredRange({
  status,
  headers,
}: Pick<Response, 'status' | 'headers'>): AnsweredRange | undefined {
  const length = isEncoded(headers) ? undefined : numberIn(headers.get('content-length')?.trim());
  if (status !== 206) return { start: 0, total: length };
  const field = headers.get('content-range')?.trim() ?? '';
  const [, first, last, whole] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i.exec(field) ?? [];
  const [start, end] = [numberIn(first), numberIn(last)];
  if (start === undefined || end === undefined || end < start || isEncoded(headers))
    return undefined;
  return { start, total: numberIn(whole) };
}

/** The blob's size, as stated by a server that has no bytes in the requested range (RFC 9110 §15.5.17). */
export function unsatisfiedLength(headers: Headers): number | undefined {
  const [, whole] = /^bytes \*\/(\d+)$/i.exec(headers.get('content-range')?.trim() ?? '') ?? [];
  return numberIn(whole);
}
