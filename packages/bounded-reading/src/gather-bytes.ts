import { StatedError } from '@archeio/plain-errors';

/** There are more bytes than the limit allows. */
export class TooLongError extends StatedError {
  override readonly name = 'TooLongError';

  constructor(most: number) {
    super(`it is longer than ${most} bytes`);
  }
}

/** Joins streamed chunks. Ends the stream and throws TooLongError if there are more than `most` bytes. */
export async function gatherBytes(
  chunks: AsyncIterable<Uint8Array>,
  most: number,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > most) throw new TooLongError(most);
    parts.push(chunk);
  }
  return Buffer.concat(parts, length);
}
