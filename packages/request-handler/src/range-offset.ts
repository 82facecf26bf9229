/** One range of bytes: from a position, or the last bytes (RFC 9110 §14.1.2). */
const RANGE = /^bytes=(?:(\d+)-(\d*)|-(\d+))$/i;

/**
 * First byte that a request asks for; 0 if it asks for all of them, for several ranges (RFC 9110 §14.2), or for a range
 * that is not valid.
 *
 * @param range value of the Range header; undefined if absent
 * @param size bytes of the content; −1 if unknown
 */
export function rangeOffset(range: string | undefined, size: number): number {
  if (range === undefined) return 0;
  const [, first, last, length] = RANGE.exec(range) ?? [];
  if (length !== undefined) return size < 0 ? 0 : Math.max(0, size - Number(length));
  if (first === undefined) return 0;
  const offset = Math.min(Number(first), Number.MAX_SAFE_INTEGER);
  return last === '' || Number(last) >= offset ? offset : 0;
}
