import { StatedError } from '@archeio/plain-errors';
import { decodedChunks } from '@archeio/bounded-reading';

/** An answer whose headers have arrived, and the means to abort it if its body does not. */
export interface RegistryAnswer {
  readonly response: Response;
  readonly stop: () => void;
  /** Whether it came from another host, after a redirect. */
  readonly isElsewhere?: boolean;
}

/**
 * The chunks of a body, decompressed. A server that stalls is an error, like one that disconnects; the time that the
 * reader needs for a chunk does not count.
 *
 * @param silence how long the server may stall; milliseconds
 */
export function chunksOf(answer: RegistryAnswer, silence: number): AsyncIterable<Uint8Array> {
  return decodedChunks(chunksAsTheyCome(answer, silence), answer.response.headers);
}

async function* chunksAsTheyCome(
  { response, stop }: RegistryAnswer,
  silence: number,
): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  const reader = response.body.getReader();
  // One timer per body, not per chunk: there are tens of thousands of chunks.
  let askedAt: number | undefined;
  let isSilent = false;
  const watch = (): void => {
    const waited = askedAt === undefined ? 0 : performance.now() - askedAt;
    isSilent = waited >= silence;
    if (isSilent) stop();
    else timer = setTimeout(watch, silence - waited);
  };
  let timer = setTimeout(watch, silence);
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
    throw isSilent ? new StatedError(`silent for ${silence / 1000} s`) : error;
  } finally {
    clearTimeout(timer);
    if (!hasEnded) stop();
  }
}
