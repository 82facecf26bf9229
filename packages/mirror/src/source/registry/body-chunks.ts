import { StatedError } from '@archeio/plain-errors';
import { decodedChunks } from '@archeio/bounded-reading';
import type { RegistryAnswer } from './registry-answer.ts';

/**
 * The chunks of a body, decompressed. A server that stalls is an error, like one that disconnects; the time that the
 * reader needs for a chunk does not count.
 *
 * @param silent how long the server may stall; milliseconds
 */
export function chunksOf(answer: RegistryAnswer, silent: number): AsyncIterable<Uint8Array> {
  return decodedChunks(chunksAsTheyCome(answer, silent), answer.response.headers);
}

/** Limit for a whole body, for servers that trickle and never stall; milliseconds. */
const PATIENCE = 10 * 60_000;

/**
 * The same, for a body that is read completely.
 *
 * @param patience for the whole body; milliseconds
 * @throws StatedError after that time
 */
export async function* chunksWithin(
  answer: RegistryAnswer,
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
    throw isLate ? new StatedError(`not complete within ${patience / 1000} s`) : error;
  } finally {
    clearTimeout(timer);
  }
}

async function* chunksAsTheyCome(
  { response, stop }: RegistryAnswer,
  silent: number,
): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  const reader = response.body.getReader();
  // One timer per body, not per chunk: there are tens of thousands of chunks.
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
