import { StatedError } from '@archeio/plain-errors';
import { decodedChunks } from '@archeio/bounded-reading';
import type { Answer } from './answer.ts';

/**
 * The chunks of a body, decompressed where it is. A server that falls silent in the middle is an error like one that
 * hangs up; the time that the reader of the chunks needs is not the server's.
 *
 * @param silent how long it may be silent; milliseconds
 */
export function chunksOf(answer: Answer, silent: number): AsyncIterable<Uint8Array> {
  return decodedChunks(chunksAsTheyCome(answer, silent), answer.response.headers);
}

/** For all of a body that is read as a whole: one that drips is never silent. Milliseconds. */
const PATIENCE = 10 * 60_000;

/**
 * The same of a body that is read as a whole, and must come to its end.
 *
 * @param patience for all of it; milliseconds
 * @throws StatedError after that
 */
export async function* chunksWithin(
  answer: Answer,
  silent: number,
  patience = PATIENCE,
): AsyncGenerator<Uint8Array> {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    answer.stop();
  }, patience);
  try {
    yield* chunksOf(answer, silent);
  } catch (error) {
    throw isLate ? new StatedError(`not done within ${patience / 1000} s`) : error;
  } finally {
    clearTimeout(timer);
  }
}

async function* chunksAsTheyCome(
  { response, stop }: Answer,
  silent: number,
): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  const reader = response.body.getReader();
  // One timer a body, and not one a chunk: there are tens of thousands of those.
  let askedAt: number | undefined;
  let isSilent = false;
  const watch = (): void => {
    const waited = askedAt === undefined ? 0 : performance.now() - askedAt;
    isSilent = waited >= silent;
    if (isSilent) stop();
    else timer = setTimeout(watch, silent - waited);
  };
  let timer = setTimeout(watch, silent);
  let hasEnded = false;
  try {
    for (;;) {
      askedAt = performance.now();
      const { done, value } = await reader.read();
      askedAt = undefined;
      hasEnded = done;
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw isSilent ? new StatedError(`silent for ${silent / 1000} s`) : error;
  } finally {
    clearTimeout(timer);
    if (!hasEnded) stop();
  }
}
