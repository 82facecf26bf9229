/** Which bytes of a blob an answer has, and where they end. */
export interface AnsweredRange {
  /** Where its bytes begin. */
  readonly start: number;
  /** Where the blob is known to end; undefined if nothing says it. */
  readonly total: number | undefined;
}

/** Codings under which the bytes are those of the blob, which both runtimes hand on as they come. */
const PLAIN: ReadonlySet<string> = new Set(['', 'identity', 'aws-chunked']);

/** Whether a body is encoded: both runtimes decode it, and `Content-Length` and ranges count what came. */
export function isEncoded(headers: Headers): boolean {
  return (headers.get('content-encoding') ?? '')
    .split(',')
    .some((coding) => !PLAIN.has(coding.trim().toLowerCase()));
}

function numberIn(text: string | undefined): number | undefined {
  return text === undefined || !/^\d{1,15}$/.test(text) ? undefined : Number(text);
}

/**
 * Where an answer stands in the whole (RFC 9110 §14.4); undefined if that cannot be known, so that none of its bytes
 * can be used.
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

/** How long the blob is, as a server says it that has nothing at what was asked for (RFC 9110 §15.5.17). */
export function unsatisfiedLength(headers: Headers): number | undefined {
  const [, whole] = /^bytes \*\/(\d+)$/i.exec(headers.get('content-range')?.trim() ?? '') ?? [];
  return numberIn(whole);
}
