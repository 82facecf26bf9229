/** The span of another service that a request belongs to. */
export interface TraceParent {
  /** 32 hexadecimal digits, not all zero. */
  readonly traceId: string;
  /** 16 hexadecimal digits, not all zero. */
  readonly spanId: string;
  /** Whether that service records the trace. */
  readonly isSampled: boolean;
}

/** W3C Trace Context, level 1, §3.2: version, trace ID, parent ID, flags, and what later versions append. */
const TRACE_PARENT =
  /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(-.*)?$/;

/**
 * Reads a `traceparent`; undefined if it is not valid, since the request then belongs to no trace.
 *
 * @param value all lines of the header, joined with commas; undefined without one
 */
export function parseTraceParent(value: string | undefined): TraceParent | undefined {
  if (value === undefined) return undefined;
  const match = TRACE_PARENT.exec(value);
  if (match === null) return undefined;
  const [, version, traceId, spanId, flags, more] = match;
  if (version === '00' && more !== undefined) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}
