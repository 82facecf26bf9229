import { chunksWithin } from './body-chunks.ts';
import type { RegistryAnswer } from './registry-answer.ts';

/**
 * A body as text, truncated to `most` bytes: the rest is not read, and the connection is closed.
 *
 * @param silent how long the server may stall; milliseconds
 * @param patience for the whole body; milliseconds
 */
export async function readText(
  answer: RegistryAnswer,
  most: number,
  silent: number,
  patience?: number,
): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  const decoder = new TextDecoder();
  let text = '';
  let left = most;
  for await (const chunk of chunksWithin(answer, silent, patience)) {
    text += decoder.decode(chunk.subarray(0, Math.max(0, left)), { stream: true });
    left -= chunk.length;
    if (left < 0) break;
  }
  return { text: text + decoder.decode(), isWhole: left >= 0 };
}
