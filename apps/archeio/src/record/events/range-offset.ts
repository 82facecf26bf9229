/** One range of bytes: from a position, or the last bytes (RFC 9110 §14.1.2, §14.2). */
const RANGE = /^bytes=(?:(\d{1,15})-(\d{0,15})|-(\d{1,15}))$/i;

/**
 * The first byte that a request asks for; 0 for all of them, several ranges or a range that cannot be read.
 *
 * @param range value of the Range header
 * @param size of the content in bytes; −1 if unknown
 */
export function rangeOffset(range: string | undefined, size: number): number {
  const parts = range === undefined ? null : RANGE.exec(range.trim());
  if (parts === null) return 0;
  const [, first, last, suffix] = parts;
  if (suffix !== undefined) return size < 0 ? 0 : Math.max(0, size - Number(suffix));
  return last !== '' && Number(last) < Number(first) ? 0 : Number(first);
}
