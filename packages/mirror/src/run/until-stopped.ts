import { StatedError } from '@archeio/plain-errors';
import type { BlobBytes } from '../source/source.ts';

/** Thrown instead of reading further bytes because the run is stopping. */
export class StoppedError extends StatedError {
  override readonly name = 'StoppedError';
}

/**
 * The same bytes until `stop` is aborted; then it throws, even while it waits for the next chunk.
 *
 * Racing every chunk against one long-lived promise would accumulate a reaction per chunk; this keeps a single
 * listener.
 */
export async function* untilStopped(bytes: BlobBytes, stop: AbortSignal): BlobBytes {
  const iterator = bytes[Symbol.asyncIterator]();
  let refuse: (error: StoppedError) => void = () => {};
  const end = (): void => refuse(new StoppedError('the run is stopping'));
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
    // Not awaited: the source may be waiting for bytes that never come.
    iterator.return?.().catch(() => {});
  }
}
