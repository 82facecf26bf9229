import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Steps } from '@archeio/redirect';

/** Lets the event loop do what it has to do. */
export type Turn = () => Promise<unknown>;

/**
 * Does work in pieces, and answers requests between them: one turn of the event loop for each. What throws makes it
 * reject.
 */
export async function inTurns<T>(steps: Steps<T>, turn: Turn = nextTurn): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await turn();
  }
}
