import {
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  ROOT_CONTEXT,
  trace,
} from '@opentelemetry/api';
import type { Backend, Decision, Facts, Presence } from '@archeio/redirect';
import type { Incoming } from '@archeio/request-handler';
import type { RequestObservation } from '../../http/request-observer.ts';
import { reportedPresence } from '../reported-presence.ts';
import { methodName, routeOfKind } from './span-attributes.ts';

/** How long a request waited for a backend. */
interface Wait {
  readonly backend: Backend;
  readonly span: Span;
  end: number;
}

/** The span of a request, with one child for each backend that it waits for. */
export class RequestSpan implements RequestObservation {
  readonly #tracer: Tracer;
  readonly #span: Span;
  readonly #incoming: Incoming;
  #waits: Wait[] | undefined;

  constructor(tracer: Tracer, span: Span, incoming: Incoming) {
    this.#tracer = tracer;
    this.#span = span;
    this.#incoming = incoming;
  }

  get traceId(): string {
    return this.#span.spanContext().traceId;
  }

  /** The client's address is personal data, and not recorded. */
  client(): void {}

  asking(backends: readonly Backend[]): void {
    const parent = trace.setSpan(ROOT_CONTEXT, this.#span);
    for (const backend of backends) {
      const span = this.#tracer.startSpan(
        `check ${backend.name}`,
        { kind: SpanKind.INTERNAL, attributes: { 'archeio.backend': backend.name } },
        parent,
      );
      (this.#waits ??= []).push({ backend, span, end: -1 });
    }
  }

  asked(): void {
    const now = performance.now();
    for (const wait of this.#waits ?? []) if (wait.end < 0) wait.end = now;
  }

  considered(backend: Backend, presence: Presence | undefined): void {
    if (presence === undefined) return;
    const wait = this.#waits?.find((each) => each.backend === backend);
    wait?.span.setAttribute('archeio.presence', reportedPresence(presence));
  }

  decided({ rule, backend, reason }: Decision, { route }: Facts): void {
    const span = this.#span;
    for (const wait of this.#waits ?? []) wait.span.end(wait.end < 0 ? undefined : wait.end);
    const path = routeOfKind(route.kind);
    if (path !== undefined) {
      span.setAttribute('http.route', path);
      span.updateName(`${methodName(this.#incoming)} ${path}`);
    }
    span.setAttribute('archeio.rule', rule);
    span.setAttribute('archeio.reason', reason.code);
    if (backend !== undefined) span.setAttribute('archeio.backend', backend.name);
  }

  answered(status: number): void {
    this.#span.setAttribute('http.response.status_code', status);
    if (status >= 500) {
      this.#span.setAttribute('error.type', String(status));
      this.#span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.#span.end();
  }
}
