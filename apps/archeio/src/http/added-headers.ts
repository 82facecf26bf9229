import { randomUUID } from 'node:crypto';
import type { Decision } from '@archeio/redirect';
import {
  type Answer,
  DECISION_FIELD,
  decisionField,
  EXPLAIN_FIELD,
  type Incoming,
  REQUEST_ID_FIELD,
  type RequestHandler,
  requestIdOf,
  withLines,
} from '@archeio/request-handler';
import { readHeader } from './header-lines.ts';

/** What a request adds to its answer. */
export interface Added {
  /** Header lines `[name, value, …]` of any answer. */
  readonly lines: readonly string[];
  /** Whether the answer to a decision says why. */
  readonly explains: boolean;
}

const NO_LINES: readonly string[] = [];
const REQUEST_ID = REQUEST_ID_FIELD.toLowerCase();

/** The header lines that a configuration adds to answers. A server whose configuration adds none has no such object. */
export class AddedHeaders {
  readonly #handler: RequestHandler;

  private constructor(handler: RequestHandler) {
    this.#handler = handler;
  }

  /** Undefined if the handler's configuration adds no header. */
  static of(handler: RequestHandler): AddedHeaders | undefined {
    return handler.requestIds || handler.explains ? new AddedHeaders(handler) : undefined;
  }

  /**
   * Reads what a request adds to its answer, when it arrives: its handler may be replaced before the answer is known.
   *
   * @param raw header lines; none of a request that cannot be read
   * @param incoming the request; undefined if it is refused without a decision
   */
  read(raw: readonly string[], incoming?: Incoming): Added {
    const { explains, requestIds } = this.#handler;
    return {
      lines: requestIds
        ? [REQUEST_ID_FIELD, requestIdOf(readHeader(raw, REQUEST_ID), randomUUID)]
        : NO_LINES,
      explains:
        explains &&
        incoming !== undefined &&
        readHeader(raw, EXPLAIN_FIELD) === '1' &&
        this.#handler.explainsTo(incoming),
    };
  }
}

/** An answer with the lines that its request adds, if any. */
export function withAdded(answer: Answer, added: Added | undefined, decision?: Decision): Answer {
  if (added === undefined) return answer;
  const { explains, lines } = added;
  return explains && decision !== undefined
    ? withLines(answer, [...lines, DECISION_FIELD, decisionField(decision)])
    : withLines(answer, lines);
}
