import { StatedError } from '@archeio/plain-errors';
import { chunksOf } from './body-chunks.ts';
import type { Answer } from './answer.ts';

/** For all of a body: one that drips is never silent. Milliseconds. */
const PATIENCE = 10 * 60_000;

/**
 * A body as text, or its beginning: what follows is not read, and the connection is closed.
 *
 * @param most bytes
 * @param silent how long the server may be silent; milliseconds
 * @param patience for all of it; milliseconds
 */
export async function readText(
  answer: Answer,
  most: number,
  silent: number,
  patience = PATIENCE,
): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  const decoder = new TextDecoder();
  let text = '';
  let left = most;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    answer.stop();
  }, patience);
  try {
    for await (const chunk of chunksOf(answer, silent)) {
      text += decoder.decode(chunk.subarray(0, Math.max(0, left)), { stream: true });
      left -= chunk.length;
      if (left < 0) break;
    }
  } catch (error) {
    throw isLate ? new StatedError(`not done within ${patience / 1000} s`) : error;
  } finally {
    clearTimeout(timer);
  }
  return { text: text + decoder.decode(), isWhole: left >= 0 };
}
