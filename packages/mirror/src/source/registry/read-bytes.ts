import { chunksOf } from './body-chunks.ts';
import type { Answer } from './answer.ts';
import { networkError } from './registry-error.ts';

/**
 * A body as it came, byte by byte; undefined if it has more bytes than `most`.
 *
 * @param silence how long the server may be silent; milliseconds
 * @throws RegistryError without a status if the body is cut
 */
export async function readBytes(
  url: string,
  answer: Answer,
  most: number,
  silence: number,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of chunksOf(answer, silence)) {
      size += chunk.length;
      if (size > most) return undefined;
      // The chunk's memory may be used again.
      chunks.push(Uint8Array.from(chunk));
    }
  } catch (error) {
    throw networkError(url, error);
  }
  return Buffer.concat(chunks, size);
}
