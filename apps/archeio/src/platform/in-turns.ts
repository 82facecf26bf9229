import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Steps } from '@archeio/redirect';

/** Yields to the event loop. */
export type Turn = () => Promise<unknown>;

/**
 * Does work in pieces, with a turn of the event loop after each, so that requests are answered meanwhile. An error makes it
 * reject.
 */
export async function inTurns<T>(steps: Steps<T>, turn: Turn = nextTurn): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await turn();
  }
}
