import { StatedError } from '@archeio/plain-errors';
import type { BlobBytes } from '../source/source.ts';

/** Bytes that are not read any further because the run is to end. */
export class StoppedError extends StatedError {
  override readonly name = 'StoppedError';
}

/**
 * The same bytes until `stop` is aborted; then it throws, also while it waits for the next of them.
 *
 * A race of every chunk against one long promise would keep a reaction of each for as long as the run takes: here what
 * waits is one listener.
 */
export async function* untilStopped(bytes: BlobBytes, stop: AbortSignal): BlobBytes {
  const iterator = bytes[Symbol.asyncIterator]();
  let refuse: (error: StoppedError) => void = () => {};
  const end = (): void => refuse(new StoppedError('the run is to end'));
  stop.addEventListener('abort', end);
  try {
    for (;;) {
      const next = await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
        refuse = reject;
        if (stop.aborted) end();
        else iterator.next().then(resolve, reject);
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    stop.removeEventListener('abort', end);
    // Not waited for: it may be at what will never come.
    iterator.return?.().catch(() => {});
  }
}
