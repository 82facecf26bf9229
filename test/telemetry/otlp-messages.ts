import { join } from 'node:path';
import { loadSync } from '@grpc/proto-loader';

/** Reads requests in OTLP's binary form. */

type Attributes = Readonly<Record<string, string | number | boolean>>;

interface KeyValue {
  readonly key: string;
  readonly value: Readonly<Record<string, string | number | boolean>>;
}

interface Scoped<Name extends string, Item> {
  readonly resources: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopes: readonly (Readonly<Record<Name, readonly Item[]>> & {
      readonly scope: { readonly name: string; readonly version: string };
    })[];
  }[];
}

interface RawSpan {
  readonly trace_id: Buffer;
  readonly span_id: Buffer;
  readonly trace_state: string;
  readonly parent_span_id: Buffer;
  readonly name: string;
  readonly kind: number;
  readonly start: string;
  readonly end: string;
  readonly attributes: readonly KeyValue[];
  readonly status: { readonly message: string; readonly code: number } | null;
}

interface RawPoint {
  readonly attributes: readonly KeyValue[];
  readonly start: string;
  readonly time: string;
}

interface RawNumber extends RawPoint {
  readonly value: number;
}

interface RawHistogram extends RawPoint {
  readonly count: string;
  readonly sum: number;
  readonly counts: readonly string[];
  readonly bounds: readonly number[];
}

interface RawMetric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly gauge?: { readonly points: readonly RawNumber[] } | null;
  readonly sum?: {
    readonly points: readonly RawNumber[];
    readonly temporality: number;
    readonly is_monotonic: boolean;
  };
  readonly histogram?: {
    readonly points: readonly RawHistogram[];
    readonly temporality: number;
  };
}

/** A span; IDs in hexadecimal, empty without one; times in nanoseconds since 1970. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly name: string;
  readonly kind: number;
  readonly start: bigint;
  readonly end: bigint;
  readonly attributes: Attributes;
  readonly status: number;
  readonly statusMessage: string;
  readonly resource: Attributes;
  readonly scope: string;
}

/** A metric with its points. */
export interface ReceivedMetric extends Omit<RawMetric, 'gauge' | 'sum' | 'histogram'> {
  readonly type: 'gauge' | 'counter' | 'histogram' | 'other';
  readonly points: readonly {
    readonly attributes: Attributes;
    readonly start: bigint;
    readonly time: bigint;
    /** Of a histogram: the number of observations. */
    readonly value: number;
    readonly sum: number;
    readonly counts: readonly number[];
    readonly bounds: readonly number[];
  }[];
  readonly resource: Attributes;
}

const service = loadSync(join(import.meta.dirname, 'otlp.proto'), {
  keepCase: true,
  longs: String,
  defaults: true,
  arrays: true,
  oneofs: true,
})['otlp.Collector'] as unknown as Readonly<
  Record<'Traces' | 'Metrics', { requestDeserialize(bytes: Buffer): unknown }>
>;

function attributesOf(pairs: readonly KeyValue[]): Attributes {
  return Object.fromEntries(
    pairs.map(({ key, value }) => {
      const read = value[String(value['value'])];
      return [key, value['value'] === 'int_value' ? Number(read) : read];
    }),
  );
}

function itemsOf<Name extends string, Item>(request: Scoped<Name, Item>, name: Name) {
  return request.resources.flatMap(({ resource, scopes }) =>
    scopes.flatMap((each) =>
      each[name].map((item) => ({
        item,
        resource: attributesOf(resource.attributes),
        scope: each.scope.name,
      })),
    ),
  );
}

/** The spans of a request. @throws Error if it is not one */
export function spansOf(bytes: Buffer): ReceivedSpan[] {
  const request = service.Traces.requestDeserialize(bytes) as Scoped<'spans', RawSpan>;
  return itemsOf(request, 'spans').map(({ item, resource, scope }) => ({
    traceId: item.trace_id.toString('hex'),
    spanId: item.span_id.toString('hex'),
    parentSpanId: item.parent_span_id.toString('hex'),
    traceState: item.trace_state,
    name: item.name,
    kind: item.kind,
    start: BigInt(item.start),
    end: BigInt(item.end),
    attributes: attributesOf(item.attributes),
    status: item.status?.code ?? 0,
    statusMessage: item.status?.message ?? '',
    resource,
    scope,
  }));
}

function typeOf({ gauge, sum, histogram }: RawMetric): ReceivedMetric['type'] {
  if (gauge !== undefined && gauge !== null) return 'gauge';
  const CUMULATIVE = 2;
  if (sum?.is_monotonic === true && sum.temporality === CUMULATIVE) return 'counter';
  return histogram?.temporality === CUMULATIVE ? 'histogram' : 'other';
}

/** The metrics of a request. @throws Error if it is not one */
export function metricsOf(bytes: Buffer): ReceivedMetric[] {
  const request = service.Metrics.requestDeserialize(bytes) as Scoped<'metrics', RawMetric>;
  return itemsOf(request, 'metrics').map(({ item, resource }) => ({
    name: item.name,
    description: item.description,
    unit: item.unit,
    type: typeOf(item),
    resource,
    points: [
      ...(item.gauge?.points ?? item.sum?.points ?? []).map((point) => ({
        ...point,
        sum: 0,
        counts: [],
        bounds: [],
      })),
      ...(item.histogram?.points ?? []).map((point) => ({
        ...point,
        value: Number(point.count),
        counts: point.counts.map(Number),
      })),
    ].map((point) => ({
      ...point,
      attributes: attributesOf(point.attributes),
      start: BigInt(point.start),
      time: BigInt(point.time),
    })),
  }));
}
