import { StatedError } from '@archeio/plain-errors';
import { chunksOf, type RegistryAnswer } from './body-chunks.ts';

/** Limit for a whole body, for servers that trickle and never stall; milliseconds. */
const PATIENCE = 10 * 60_000;
/** Initial buffer; most manifests are smaller. Bytes. */
const USUAL = 64 * 1024;

/**
 * A body as received, cut to `most` bytes, whatever its `Content-Length`: the rest is not read, and the connection is
 * closed. Memory use is bounded, for any number of chunks.
 *
 * @param silence how long the server may stall; milliseconds
 * @param patience for the whole body; milliseconds
 * @throws StatedError after that time
 */
export async function readBytes(
  answer: RegistryAnswer,
  most: number,
  silence: number,
  patience = PATIENCE,
): Promise<{ readonly bytes: Uint8Array; readonly isWhole: boolean }> {
  let bytes = new Uint8Array(Math.min(USUAL, most));
  let size = 0;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    answer.stop();
  }, patience);
  try {
    for await (const chunk of chunksOf(answer, silence)) {
      const end = Math.min(most, size + chunk.length);
      if (end > bytes.length) {
        const larger = new Uint8Array(Math.min(most, Math.max(end, 2 * bytes.length)));
        larger.set(bytes.subarray(0, size));
        bytes = larger;
      }
      bytes.set(chunk.subarray(0, end - size), size);
      if (end < size + chunk.length) return { bytes, isWhole: false };
      size = end;
    }
    return { bytes: bytes.subarray(0, size), isWhole: true };
  } catch (error) {
    throw isLate ? new StatedError(`not complete within ${patience / 1000} s`) : error;
  } finally {
    clearTimeout(timer);
  }
}
