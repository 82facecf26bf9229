import { chunksOf } from './body-chunks.ts';
import type { Answer } from './registry-client.ts';

/**
 * The beginning of a body as text.
 *
 * @param most bytes; what follows is not read, and the connection is closed
 * @param silent how long the server may be silent; milliseconds
 */
export async function readText(answer: Answer, most: number, silent: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let left = most;
  for await (const chunk of chunksOf(answer, silent)) {
    text += decoder.decode(chunk.subarray(0, left), { stream: true });
    left -= chunk.length;
    if (left <= 0) break;
  }
  return text + decoder.decode();
}
