import {
  createTraceState,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { AlwaysOnSampler, BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Clock } from '@archeio/presence';
import { readHeader } from '../../http/header-lines.ts';
import type { ObservedRequest } from '../../http/request-observer.ts';
import type { Build } from '../../platform/build.ts';
import type { Log } from '../../platform/log.ts';
import { ExportLog } from '../../platform/telemetry/export-log.ts';
import type { Sampler, TracesSettings } from '../../platform/telemetry/read-telemetry.ts';
import { resourceOf } from '../../platform/telemetry/resource.ts';
import { BoundedSpans, type SpanCounts } from './bounded-spans.ts';
import { RequestSpan } from './request-span.ts';
import { attributesOf, methodName } from './span-attributes.ts';
import type { RemoteParent, Tracing } from './trace-observer.ts';

/** Longest time that a stop waits for the collector, in milliseconds. */
const FLUSH_WITHIN = 1000;

/** Characters of an attribute's value; the rest is cut off. */
const LONGEST_VALUE = 1024;

/** Dependencies of {@link SdkTracing}. */
export interface SdkTracingDependencies {
  readonly settings: TracesSettings;
  /** Attributes of the resource that the environment sets. */
  readonly resource: Readonly<Record<string, string>>;
  readonly build: Build;
  readonly clock: Clock;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

/** The context of a span that belongs to one of another service. */
function contextOf(parent: RemoteParent | undefined) {
  if (parent === undefined) return ROOT_CONTEXT;
  const { traceId, spanId, isSampled, traceState } = parent;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
    ...(traceState !== undefined && { traceState: createTraceState(traceState) }),
  });
}

/**
 * Records the spans of a process and exports them to a collector in batches. Which requests are traced is decided before, so every
 * span is exported. This module loads the SDK: import it only if a variable asks for it.
 */
export class SdkTracing implements Tracing {
  readonly sampler: Sampler | undefined;
  readonly #provider: TracerProvider;
  readonly #tracer: Tracer;
  readonly #spans: BoundedSpans;
  readonly #exports: ExportLog;
  readonly #clock: Clock;

  constructor({ settings, resource, build, clock, log }: SdkTracingDependencies) {
    const { queue, batch, delay, timeout } = settings;
    this.sampler = settings.sampler;
    this.#clock = clock;
    const exporter = new OTLPTraceExporter({ userAgent: `archeio/${build.version}` });
    this.#spans = new BoundedSpans(
      new BatchSpanProcessor({
        exporter,
        maxQueueSize: queue,
        maxExportBatchSize: batch,
        scheduledDelayMillis: delay,
        exportTimeoutMillis: timeout,
      }),
      queue,
    );
    this.#exports = new ExportLog('traces', log);
    this.#exports.watch(exporter, ({ length }, isExported) => this.#spans.sent(length, isExported));
    this.#provider = new TracerProvider({
      sampler: new AlwaysOnSampler(),
      resource: resourceOf(build, resource),
      spanLimits: { attributeValueLengthLimit: LONGEST_VALUE },
      spanProcessors: [this.#spans],
    });
    this.#tracer = this.#provider.getTracer('archeio', build.version);
  }

  get counts(): Readonly<SpanCounts> {
    return this.#spans.counts;
  }

  begin({ incoming, headers }: ObservedRequest, parent: RemoteParent | undefined): RequestSpan {
    const span = this.#tracer.startSpan(
      methodName(incoming),
      {
        kind: SpanKind.SERVER,
        attributes: attributesOf(incoming, readHeader(headers, 'user-agent')),
      },
      contextOf(parent),
    );
    return new RequestSpan(this.#tracer, span, incoming);
  }

  /**
   * Exports the last spans. Waits at most a second, and not at all if the collector did not accept the previous ones.
   *
   * @param timeout milliseconds that are left; none if negative
   */
  async stop(timeout: number): Promise<void> {
    const stopped = this.#provider.shutdown().catch(() => undefined);
    if (this.#exports.fails) return;
    const late = Promise.withResolvers<void>();
    const cancel = this.#clock.after(Math.max(0, Math.min(timeout, FLUSH_WITHIN)), late.resolve);
    await Promise.race([stopped, late.promise]);
    cancel();
  }
}
