import { randomUUID } from 'node:crypto';
import type { Decision } from '@archeio/redirect';
import {
  type Answer,
  DECISION_FIELD,
  decisionField,
  EXPLAIN_FIELD,
  type Incoming,
  pullIdOf,
  REQUEST_ID_FIELD,
  type RequestHandler,
  requestIdOf,
  withLines,
} from '@archeio/request-handler';
import { readHeader } from './header-lines.ts';
import type { RequestObservation, RequestObserver } from './request-observer.ts';

/** What belongs to a request besides its decision. */
export interface RequestContext {
  /** Header lines `[name, value, …]` of any answer. */
  readonly lines: readonly string[];
  /** Whether the answer to a decision says why. */
  readonly explains: boolean;
  /** Undefined if nothing records the request. */
  readonly observation: RequestObservation | undefined;
  /** Undefined unless the configuration gives requests an ID. */
  readonly requestId: string | undefined;
}

const NO_LINES: readonly string[] = [];
const REQUEST_ID = REQUEST_ID_FIELD.toLowerCase();

/**
 * Makes the contexts of requests under one configuration: the headers that it adds to answers, and what records a
 * request. A server whose configuration wants neither has no such object.
 */
export class RequestContexts {
  readonly #handler: RequestHandler;
  readonly #observer: RequestObserver | undefined;

  private constructor(handler: RequestHandler, observer: RequestObserver | undefined) {
    this.#handler = handler;
    this.#observer = observer;
  }

  /** Undefined if the configuration adds no header and nothing observes requests. */
  static of(handler: RequestHandler, observer?: RequestObserver): RequestContexts | undefined {
    return handler.requestIds || handler.explains || observer !== undefined
      ? new RequestContexts(handler, observer)
      : undefined;
  }

  /**
   * The context of a request, when it arrives: its handler may be replaced before the answer is known.
   *
   * @param headers raw header lines
   * @param began time of arrival, in milliseconds of the clock
   */
  begin(headers: readonly string[], incoming: Incoming, began: number): RequestContext {
    const { explains, givesTokens } = this.#handler;
    const requestId = this.#requestId(headers);
    return {
      lines: requestId === undefined ? NO_LINES : [REQUEST_ID_FIELD, requestId],
      explains:
        explains &&
        readHeader(headers, EXPLAIN_FIELD) === '1' &&
        this.#handler.explainsTo(incoming),
      observation: this.#observer?.observe({
        incoming,
        headers,
        began,
        requestId,
        pull: givesTokens ? pullIdOf(incoming.authorization) : undefined,
        traceId: undefined,
      }),
      requestId,
    };
  }

  /**
   * The context of a request that is refused without a decision. Nothing observes it.
   *
   * @param headers raw header lines; none of a request that cannot be read
   */
  refused(headers: readonly string[]): RequestContext {
    const requestId = this.#requestId(headers);
    const lines = requestId === undefined ? NO_LINES : [REQUEST_ID_FIELD, requestId];
    return { lines, explains: false, observation: undefined, requestId };
  }

  #requestId(headers: readonly string[]): string | undefined {
    return this.#handler.requestIds
      ? requestIdOf(readHeader(headers, REQUEST_ID), randomUUID)
      : undefined;
  }
}

/** An answer with the header lines of its context, if any. */
export function withLinesOf(
  context: RequestContext | undefined,
  answer: Answer,
  decision?: Decision,
): Answer {
  if (context === undefined) return answer;
  const { explains, lines } = context;
  if (explains && decision !== undefined)
    return withLines(answer, [...lines, DECISION_FIELD, decisionField(decision)]);
  return lines.length === 0 ? answer : withLines(answer, lines);
}
