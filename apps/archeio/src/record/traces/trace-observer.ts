import { compileTopology, trustedPrefixes } from '@archeio/client-address';
import type { ServedConfiguration } from '@archeio/configuration';
import type { Addr } from '@archeio/netip';
import { type Incoming, parseTraceParent, type TraceParent } from '@archeio/request-handler';
import { readHeader } from '../../http/header-lines.ts';
import type {
  ObservedRequest,
  RequestObservation,
  RequestObserver,
} from '../../http/request-observer.ts';
import type { Sampler } from '../../platform/telemetry/read-telemetry.ts';

/** The span of another service that a request's span belongs to. */
export interface RemoteParent extends TraceParent {
  /** Of a trusted peer; undefined without one. */
  readonly traceState: string | undefined;
}

/** Records spans. */
export interface Tracing {
  /** Undefined if the configuration decides. */
  readonly sampler: Sampler | undefined;
  /** Begins the span of a request. */
  begin(
    request: ObservedRequest,
    parent: RemoteParent | undefined,
  ): RequestObservation & { readonly traceId: string };
}

/** Dependencies of {@link traceObserverOf}. */
export interface TraceObserverDependencies {
  /** Undefined if nothing exports spans: the observer only reads which trace a request belongs to. */
  readonly tracing?: Tracing | undefined;
  /** A number from 0 to 1, without 1 (default: the runtime's). */
  readonly random?: () => number;
}

const DEFAULTS = Object.freeze({ sample: 1, trustedPeers: [] });
const PEER = compileTopology({ kind: 'remote' });

/** Selects the requests to trace, and continues the traces that they belong to. */
class TraceObserver implements RequestObserver {
  readonly #tracing: Tracing | undefined;
  readonly #random: () => number;
  readonly #sampler: Sampler;
  readonly #trusts: (address: Addr) => boolean;

  constructor(
    { sample, trustedPeers }: NonNullable<ServedConfiguration['traces']>,
    { tracing, random = Math.random }: TraceObserverDependencies,
  ) {
    this.#tracing = tracing;
    this.#random = random;
    this.#sampler = tracing?.sampler ?? { sample, parentBased: true };
    this.#trusts = trustedPrefixes(trustedPeers);
  }

  observe(request: ObservedRequest): RequestObservation | undefined {
    const parent = parseTraceParent(readHeader(request.headers, 'traceparent'));
    request.traceId = parent?.traceId;
    if (this.#tracing === undefined) return undefined;
    const isTrusted = parent !== undefined && this.#isTrusted(request.incoming);
    const isSampled =
      isTrusted && this.#sampler.parentBased
        ? parent.isSampled
        : this.#random() < this.#sampler.sample;
    if (!isSampled) return undefined;
    const traceState = isTrusted ? readHeader(request.headers, 'tracestate') : undefined;
    const span = this.#tracing.begin(request, parent && { ...parent, traceState });
    request.traceId = span.traceId;
    return span;
  }

  #isTrusted(incoming: Incoming): boolean {
    const peer = PEER.read(undefined, incoming);
    return typeof peer !== 'string' && this.#trusts(peer);
  }
}

/** The observer of a configuration that traces requests; undefined if neither the configuration nor a variable asks for it. */
export function traceObserverOf(
  traces: ServedConfiguration['traces'],
  dependencies: TraceObserverDependencies,
): RequestObserver | undefined {
  return traces === undefined && dependencies.tracing === undefined
    ? undefined
    : new TraceObserver(traces ?? DEFAULTS, dependencies);
}
