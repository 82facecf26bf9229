import { StatedError } from '@archeio/plain-errors';

/** More bytes came than may come. */
export class TooLongError extends StatedError {
  override readonly name = 'TooLongError';
}

/**
 * Gathers what is streamed. Bytes are counted as they come: what was announced may be wrong.
 *
 * @throws TooLongError for more than `most` bytes; what it was reading is ended then
 */
export async function gatherBytes(
  chunks: AsyncIterable<Uint8Array>,
  most: number,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > most) throw new TooLongError(`it is longer than ${most} bytes`);
    parts.push(chunk);
  }
  return Buffer.concat(parts, length);
}
