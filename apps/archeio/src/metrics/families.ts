/** A family of metrics. */
export interface Family {
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** Label names, in the order of the values in samples. */
  readonly labels: readonly string[];
  readonly help: string;
  /** For a histogram: upper bounds of its buckets, ascending, in seconds. */
  readonly bounds?: readonly number[];
}

/** From a remembered answer to a request that waited as long as allowed: 5 µs to 10 s. */
const REQUEST_BOUNDS = [
  0.000005, 0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
  0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];
/** From a store nearby to one that uses the whole time-out. */
const CHECK_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10];
/** From a Redis in the same zone to one that uses the whole time limit. */
const SHARED_BOUNDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05];

/**
 * Every metric of Archeio, by name (docs/reference/metrics.md). Label values come from the
 * configuration, from the published ranges or from a list in the code, never from a request. So there is no label for a
 * name, a digest, a path, a user agent or an address.
 */
export const FAMILIES = {
  archeio_decisions_total: {
    type: 'counter',
    labels: ['rule', 'kind', 'backend', 'cloud', 'region'],
    help: 'Requests answered, by rule, kind of request, target backend, and location of the client if the answer depends on it.',
  },
  archeio_blob_bytes_total: {
    type: 'counter',
    labels: ['backend', 'cloud', 'region'],
    help: 'Bytes of the blobs that clients were redirected to with GET, from the offset of a Range on, if the size is known.',
  },
  archeio_blob_unknown_size_total: {
    type: 'counter',
    labels: ['backend', 'cloud'],
    help: 'Redirects of blobs with GET whose size is not known: their bytes and dollars are in no other counter.',
  },
  archeio_egress_usd_total: {
    type: 'counter',
    labels: ['backend', 'cloud'],
    help: "Cost of those bytes at the backend's usdPerGiB, in US dollars. Only backends with a price have it.",
  },
  archeio_egress_upstream_usd_total: {
    type: 'counter',
    labels: ['backend', 'cloud'],
    help: 'Cost of those bytes if the upstream had sent them, in US dollars, where both the backend and the upstream have a price.',
  },
  archeio_client_address_errors_total: {
    type: 'counter',
    labels: ['reason'],
    help: 'Requests that needed the client address but could not use it; their network counts as unknown.',
  },
  archeio_forwarded_ignored_total: {
    type: 'counter',
    labels: [],
    help: 'Requests with X-Forwarded-For or Forwarded, ignored because clientAddress.topology (remote, proxy-protocol) reads no header.',
  },
  archeio_own_failures_total: {
    type: 'counter',
    labels: [],
    help: 'Internal errors; these requests were redirected to the upstream.',
  },
  http_server_request_duration_seconds: {
    type: 'histogram',
    labels: ['http_request_method', 'http_response_status_code'],
    help: 'Time from the end of the request headers to the response, in seconds.',
    bounds: REQUEST_BOUNDS,
  },
  http_server_active_requests: {
    type: 'gauge',
    labels: [],
    help: 'Requests in progress.',
  },
  archeio_connections: {
    type: 'gauge',
    labels: [],
    help: 'Open client connections.',
  },
  archeio_connections_limit: {
    type: 'gauge',
    labels: [],
    help: 'Maximum number of client connections, over all processes.',
  },
  archeio_connections_over_limit_total: {
    type: 'counter',
    labels: ['outcome'],
    help: 'Connections beyond the limit, by outcome: idle ones closed to make room, and new ones refused.',
  },
  archeio_connections_failed_total: {
    type: 'counter',
    labels: ['reason'],
    help: 'Connections that ended before their first request, by reason: a failed TLS handshake, or no valid PROXY header where one is required.',
  },
  archeio_tls_certificate_not_after_timestamp_seconds: {
    type: 'gauge',
    labels: [],
    help: 'End of the validity of the certificate in use, in seconds since 1970. Only with tls.',
  },
  archeio_tls_certificate_last_reload_successful: {
    type: 'gauge',
    labels: [],
    help: 'Whether the files of tls could be used when they were last read: 1 or 0. If not, the earlier certificate stays in use.',
  },
  archeio_presence_checks_total: {
    type: 'counter',
    labels: ['store', 'result'],
    help: 'Checks whether a store has a blob, by result.',
  },
  archeio_presence_check_duration_seconds: {
    type: 'histogram',
    labels: ['store'],
    help: 'Duration of these checks, in seconds.',
    bounds: CHECK_BOUNDS,
  },
  archeio_presence_inventory_absent_total: {
    type: 'counter',
    labels: ['store'],
    help: 'Requests for a blob that a store was not asked for because its inventory does not contain it.',
  },
  archeio_presence_entries: {
    type: 'gauge',
    labels: [],
    help: 'Remembered answers of stores, over all processes.',
  },
  archeio_presence_shared_checks_total: {
    type: 'counter',
    labels: ['outcome'],
    help: 'Checks while presence is shared, by how they got their answer.',
  },
  archeio_presence_shared_errors_total: {
    type: 'counter',
    labels: ['reason'],
    help: 'Calls to Redis that failed or were not made, and lost connections, by reason.',
  },
  archeio_presence_shared_duration_seconds: {
    type: 'histogram',
    labels: [],
    help: 'Duration of the round trips to Redis that were answered, in seconds.',
    bounds: SHARED_BOUNDS,
  },
  archeio_presence_shared_processes: {
    type: 'gauge',
    labels: ['state'],
    help: 'Processes that share presence, by state: connected to Redis, or not.',
  },
  archeio_backend_up: {
    type: 'gauge',
    labels: ['backend'],
    help: 'Whether the backend is in use: 1, or 0 while it is skipped.',
  },
  archeio_breaker_open: {
    type: 'gauge',
    labels: ['store'],
    help: 'Whether the store is skipped because checks failed: 1 or 0.',
  },
  archeio_store_blobs_only_upstream: {
    type: 'gauge',
    labels: ['store'],
    help: 'Blobs that the upstream has and the store does not, until a first blob is found in the store. Above 2, its url or key is wrong, or it is empty.',
  },
  archeio_inventory_timestamp_seconds: {
    type: 'gauge',
    labels: ['store'],
    help: "Date of the store's last good inventory, in seconds since 1970.",
  },
  archeio_inventory_used: {
    type: 'gauge',
    labels: ['store'],
    help: 'Whether that inventory is in use: 1, or 0 while it is too old or missing.',
  },
  archeio_ranges_prefixes: {
    type: 'gauge',
    labels: ['cloud', 'family'],
    help: "Prefixes in the cloud's list, by address family.",
  },
  archeio_ranges_timestamp_seconds: {
    type: 'gauge',
    labels: ['cloud'],
    help: 'Unix time of the last check that found these ranges to be the published ones; 0 without ranges.',
  },
  archeio_ranges_used: {
    type: 'gauge',
    labels: ['cloud'],
    help: 'Whether the list is refreshed because the configuration names the cloud: 1 or 0.',
  },
  archeio_shadow_total: {
    type: 'counter',
    labels: ['outcome'],
    help: 'Requests selected for comparison with the reference (shadow), by outcome.',
  },
  archeio_config_last_reload_successful: {
    type: 'gauge',
    labels: [],
    help: 'Whether the last attempt to load the configuration succeeded: 1 or 0.',
  },
  archeio_config_last_reload_success_timestamp_seconds: {
    type: 'gauge',
    labels: [],
    help: 'Time of the last successful load of the configuration, in seconds since 1970.',
  },
  archeio_workers: {
    type: 'gauge',
    labels: ['state'],
    help: 'Worker processes by state: those that answer, those that do not, and those that are missing.',
  },
  archeio_worker_ends_total: {
    type: 'counter',
    labels: ['reason'],
    help: 'Worker processes that ended unexpectedly, or were killed because they did not answer.',
  },
  archeio_worker_messages_dropped_total: {
    type: 'counter',
    labels: ['sender'],
    help: 'Messages between the supervisor and its workers that were dropped because the receiver did not read.',
  },
  archeio_events_written_total: {
    type: 'counter',
    labels: [],
    help: 'Decision events that were written.',
  },
  archeio_events_dropped_total: {
    type: 'counter',
    labels: ['reason'],
    help: 'Decision events that were dropped instead of slowing answers, by reason.',
  },
  archeio_spans_total: {
    type: 'counter',
    labels: ['outcome'],
    help: 'Spans of traced requests, by outcome: accepted by the collector, not accepted, or dropped because too many were waiting.',
  },
  archeio_build_info: {
    type: 'gauge',
    labels: ['version', 'revision', 'runtime'],
    help: 'Always 1; the labels identify the running build.',
  },
} as const satisfies Readonly<Record<string, Family>>;

export type FamilyName = keyof typeof FAMILIES;

/** Whether a text is the name of one of {@link FAMILIES}; another process may run a newer version. */
export function isFamilyName(name: string): name is FamilyName {
  return Object.hasOwn(FAMILIES, name);
}
