/** The text as a count of bytes, −1 if it is none that can be counted exactly. */
export function byteCount(digits: string | undefined): number {
  if (digits === undefined || !/^\d{1,16}$/.test(digits)) return -1;
  const count = Number(digits);
  return Number.isSafeInteger(count) ? count : -1;
}

/** The header fields that tell a blob's size, as they were received. */
export interface SizeFields {
  readonly contentLength: string | undefined;
  readonly contentRange: string | undefined;
}

/**
 * Bytes of the whole blob: of a 200 its Content-Length, of a 206 what follows the slash of Content-Range (RFC 9110
 * §14.4). −1 where that is missing or malformed, and for other statuses, whose length is that of an error page.
 */
export function blobSize(status: number, { contentLength, contentRange }: SizeFields): number {
  if (status === 200) return byteCount(contentLength);
  if (status !== 206) return -1;
  return byteCount(/^bytes \d+-\d+\/(\d+)$/.exec(contentRange ?? '')?.[1]);
}
