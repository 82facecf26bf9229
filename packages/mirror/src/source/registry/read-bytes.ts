import { chunksWithin } from './body-chunks.ts';
import type { RegistryAnswer } from './registry-answer.ts';
import { networkError } from './registry-error.ts';

/** Initial buffer; most manifests are smaller. Bytes. */
const USUAL = 64 * 1024;

/**
 * A body as received; undefined if it has more than `most` bytes, whatever its `Content-Length`: the rest is not read,
 * and the connection is closed. Memory use is bounded, for any number of chunks.
 *
 * @param silence how long the server may stall; milliseconds
 * @param patience for the whole body; milliseconds
 * @throws RegistryError without a status if the body is truncated or late
 */
export async function readBytes(
  url: string,
  answer: RegistryAnswer,
  most: number,
  silence: number,
  patience?: number,
): Promise<Uint8Array | undefined> {
  let bytes = new Uint8Array(Math.min(USUAL, most));
  let size = 0;
  try {
    for await (const chunk of chunksWithin(answer, silence, patience)) {
      const end = size + chunk.length;
      if (end > most) return undefined;
      if (end > bytes.length) {
        const larger = new Uint8Array(Math.min(most, Math.max(end, 2 * bytes.length)));
        larger.set(bytes.subarray(0, size));
        bytes = larger;
      }
      bytes.set(chunk, size);
      size = end;
    }
  } catch (error) {
    throw networkError(url, error);
  }
  return bytes.subarray(0, size);
}
