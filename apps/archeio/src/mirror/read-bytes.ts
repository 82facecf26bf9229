import { chunksOf } from './body-chunks.ts';
import type { Answer } from './registry-client.ts';

/**
 * A body as it came, byte by byte; undefined if it has more bytes than `most`.
 *
 * @param silence how long the server may be silent; milliseconds
 */
export async function readBytes(
  answer: Answer,
  most: number,
  silence: number,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunksOf(answer, silence)) {
    size += chunk.length;
    if (size > most) return undefined;
    // The chunk's memory may be used again.
    chunks.push(Uint8Array.from(chunk));
  }
  return Buffer.concat(chunks, size);
}
