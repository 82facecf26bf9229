import type { ServerResponse } from 'node:http';

/** Answers that a connection may have while further input was already waiting; with the next one it ends. */
export const MOST_WAITING = 1024;

/** Of 57 to 132 requests on a connection one is looked at: on Bun a look costs as much as a fair part of a request. */
const LEAST_BETWEEN_LOOKS = 57;
const STEP_BETWEEN_LOOKS = 5;

/** The next of sixteen numbers in a fixed order: a client that sends a fixed number of requests together is seen as well. */
function nextOfSixteen(number: number): number {
  return (number * 5 + 3) & 15;
}

function lookAgain(connection: Connection): void {
  connection.turnEnded();
}

/**
 * What is known of a client's connection.
 *
 * A client that sends requests faster than they are answered keeps the runtime from its other connections: all that has
 * arrived is answered in one turn of the event loop. So answers are counted that are not the first one in their turn, by
 * samples, since knowing when a turn ends costs a callback. A client that waits for each answer has one a turn.
 */
export class Connection {
  /** The latest request's, until it is finished: a collector of garbage would keep one that is held here for long. */
  last: ServerResponse | undefined;
  /** Grows from use to use over all connections: the one with the least has been idle longest. */
  lastUsed: number;
  /** Whether the final answer has been decided: nothing that follows is answered. */
  ending = false;
  #untilLook = LEAST_BETWEEN_LOOKS;
  #pace = 0;
  #looking = false;
  #waiting = 0;
  #waitingBefore = 0;

  constructor(lastUsed: number) {
    this.lastUsed = lastUsed;
  }

  /** A request has arrived. @returns whether its answer has to be the last one, since others wait for their turn */
  begin(response: ServerResponse, lastUsed: number): boolean {
    this.last = response;
    this.lastUsed = lastUsed;
    if (this.#looking) return ++this.#waiting > MOST_WAITING;
    if (--this.#untilLook === 0) {
      this.#pace = nextOfSixteen(this.#pace);
      this.#untilLook = LEAST_BETWEEN_LOOKS + STEP_BETWEEN_LOOKS * this.#pace;
      this.#looking = true;
      this.#waitingBefore = this.#waiting;
      setImmediate(lookAgain, this);
    }
    return false;
  }

  /** The answer has been handed over. One that says that it is the last one stays known. */
  answered(response: ServerResponse): void {
    if (this.last === response && response.writableFinished && response.shouldKeepAlive)
      this.last = undefined;
  }

  /** A turn in which one request arrived makes up for one that waited: two can share a turn by chance. */
  turnEnded(): void {
    this.#looking = false;
    if (this.#waiting === this.#waitingBefore && this.#waiting > 0) this.#waiting--;
  }

  /** Whether no request is being answered. */
  get idle(): boolean {
    return this.last === undefined || this.last.writableFinished;
  }

  /** Whether all answers are on their way in their order, so that bytes written now come after them. */
  get written(): boolean {
    const { last } = this;
    // Node keeps the answer to a pipelined request back, without a socket, until those before it are finished.
    return this.idle || (last?.writableEnded === true && last.socket !== null);
  }
}
