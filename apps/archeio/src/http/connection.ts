import type { ServerResponse } from 'node:http';

/** Number of answers to pipelined requests after which the next answer closes the connection. */
export const MOST_WAITING = 1024;

/** One of 57 to 132 requests on a connection is sampled: on Bun, a sample costs a considerable part of a request. */
const LEAST_BETWEEN_LOOKS = 57;
const STEP_BETWEEN_LOOKS = 5;

/** The next of sixteen numbers in a fixed order, to catch clients that send a fixed number of requests together. */
function nextOfSixteen(number: number): number {
  return (number * 5 + 3) & 15;
}

function lookAgain(connection: Connection): void {
  connection.turnEnded();
}

/**
 * State of a client's connection.
 *
 * A client that sends requests faster than they are answered keeps the runtime from its other connections: everything that has
 * arrived is answered in one turn of the event loop. So the connection counts answers that are not the first in their turn, by
 * sampling, since detecting the end of a turn costs a callback. A client that waits for each answer gets one per turn.
 */
export class Connection {
  /** Response of the latest request until it is finished: a longer reference would delay garbage collection. */
  last: ServerResponse | undefined;
  /** Grows with each use of any connection: the connection with the lowest number has been idle longest. */
  lastUsed: number;
  /** Whether the final answer has been decided: later requests are not answered. */
  ending = false;
  readonly #firstUse: number;
  #untilLook = LEAST_BETWEEN_LOOKS;
  #pace = 0;
  #looking = false;
  #waiting = 0;
  #waitingBefore = 0;

  constructor(lastUsed: number) {
    this.lastUsed = lastUsed;
    this.#firstUse = lastUsed;
  }

  /** Whether a request has arrived on it. */
  get isUsed(): boolean {
    return this.lastUsed !== this.#firstUse;
  }

  /** Records a new request. @returns whether its answer must be the last one, because other clients wait for their turn */
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

  /** Records that the answer has been handed over. A last answer stays recorded. */
  answered(response: ServerResponse): void {
    if (this.last === response && response.writableFinished && response.shouldKeepAlive)
      this.last = undefined;
  }

  /** A turn with one request compensates for one that waited: two can share a turn by chance. */
  turnEnded(): void {
    this.#looking = false;
    if (this.#waiting === this.#waitingBefore && this.#waiting > 0) this.#waiting--;
  }

  /** Whether no request is in progress. */
  get idle(): boolean {
    return this.last === undefined || this.last.writableFinished;
  }

  /** Whether all answers have been written in order, so that bytes written now follow them. */
  get written(): boolean {
    const { last } = this;
    // Node holds the answer to a pipelined request back, without a socket, until the earlier ones are finished.
    return this.idle || (last?.writableEnded === true && last.socket !== null);
  }
}
