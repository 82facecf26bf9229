import type { AddressError } from '@archeio/client-address';
import type { Clock } from '@archeio/presence';
import { Counters } from './counters.ts';
import { FAMILIES } from './families.ts';
import { Histograms } from './histograms.ts';
import { labelKey, type MetricsSnapshot } from './metrics-snapshot.ts';
import { RequestRecord } from './request-record.ts';
import { SharedPresenceCounts } from './shared-presence-counts.ts';

const NONE = labelKey([]);

/**
 * Result of a presence check: the store's answer, why there was none, or `nothing` if the process itself
 * was at fault (frozen, or closing).
 */
export type CheckOutcome =
  | 'present'
  | 'absent'
  | 'unknown'
  | 'connection'
  | 'tls'
  | 'timeout'
  | 'nothing';

/** A listener's counts of its connections. */
export interface ListenerCounts {
  readonly limit: number;
  readonly server: { readonly open: number };
  readonly overflow: { readonly idle: number; readonly rejected: number };
}

function listenerSamples({ limit, server, overflow }: ListenerCounts): MetricsSnapshot['values'] {
  return {
    archeio_connections: { [NONE]: server.open },
    archeio_connections_limit: { [NONE]: limit },
    archeio_connections_over_limit_total: {
      [labelKey(['closed-idle'])]: overflow.idle,
      [labelKey(['refused'])]: overflow.rejected,
    },
  };
}

/**
 * The counts of a process that answers requests, from its start to its end. They outlive configurations: each has a
 * `DecisionRecord` that counts into these, so that a reload loses nothing, even if requests still use the old
 * one.
 */
export class WorkerMetrics {
  readonly requests: RequestRecord;
  readonly decisions = new Counters();
  readonly blobBytes = new Counters();
  readonly unknownSizes = new Counters();
  readonly egressUsd = new Counters();
  readonly upstreamUsd = new Counters();
  readonly inventoryAbsent = new Counters();
  /** Comparisons with a reference, by outcome. */
  readonly shadow = new Counters();
  readonly sharedPresence = new SharedPresenceCounts();
  readonly #checks = new Counters();
  readonly #checkDurations = new Histograms(
    FAMILIES.archeio_presence_check_duration_seconds.bounds,
  );
  readonly #addressErrors = new Counters();
  readonly #addressErrorSlots: Readonly<Record<AddressError, number>>;
  #ownFailures = 0;
  #forwardedIgnored = 0;
  /** The listener's, while there is one. */
  connections: ListenerCounts | undefined;
  /** Connections that ended before HTTP, by reason. */
  prefaceFailures: ReadonlyMap<string, number> = new Map();
  /** Undefined if no spans are exported. */
  spans:
    | { readonly exported: number; readonly failed: number; readonly dropped: number }
    | undefined;

  constructor(clock: Clock) {
    this.requests = new RequestRecord(clock);
    const slot = (reason: AddressError): number => this.#addressErrors.slot([reason]);
    this.#addressErrorSlots = {
      'too-few-addresses': slot('too-few-addresses'),
      'malformed-address': slot('malformed-address'),
      'hidden-address': slot('hidden-address'),
      'malformed-header': slot('malformed-header'),
      'unusable-peer': slot('unusable-peer'),
    };
  }

  clientAddressError(reason: AddressError): void {
    this.#addressErrors.add(this.#addressErrorSlots[reason], 1);
  }

  ownFailure(): void {
    this.#ownFailures++;
  }

  /** Counts a request with a forwarding header while the topology is `remote`. */
  forwardedIgnored(): void {
    this.#forwardedIgnored++;
  }

  /** Counts a check of a store and its duration in milliseconds. */
  presenceCheck(store: string, outcome: CheckOutcome, milliseconds: number): void {
    this.#checks.add(this.#checks.slot([store, outcome]), 1);
    this.#checkDurations.observe(this.#checkDurations.slot([store]), milliseconds / 1000);
  }

  /**
   * @param presenceEntries number of remembered answers of stores
   * @param dropped number of dropped messages to the supervisor; undefined if there is none
   */
  snapshot(presenceEntries: number, dropped?: number): MetricsSnapshot {
    const shared = this.sharedPresence.snapshot();
    return {
      values: {
        archeio_decisions_total: this.decisions.snapshot(),
        archeio_blob_bytes_total: this.blobBytes.snapshot(),
        archeio_blob_unknown_size_total: this.unknownSizes.snapshot(),
        archeio_egress_usd_total: this.egressUsd.snapshot(),
        archeio_egress_upstream_usd_total: this.upstreamUsd.snapshot(),
        archeio_client_address_errors_total: this.#addressErrors.snapshot(),
        archeio_forwarded_ignored_total: { [NONE]: this.#forwardedIgnored },
        archeio_own_failures_total: { [NONE]: this.#ownFailures },
        archeio_connections_failed_total: Object.fromEntries(
          Array.from(this.prefaceFailures, ([reason, count]) => [labelKey([reason]), count]),
        ),
        archeio_presence_checks_total: this.#checks.snapshot(),
        archeio_presence_inventory_absent_total: this.inventoryAbsent.snapshot(),
        archeio_shadow_total: this.shadow.snapshot(),
        http_server_active_requests: { [NONE]: this.requests.active },
        archeio_presence_entries: { [NONE]: presenceEntries },
        ...(dropped !== undefined && {
          archeio_worker_messages_dropped_total: { [labelKey(['worker'])]: dropped },
        }),
        ...(this.spans && {
          archeio_spans_total: {
            [labelKey(['exported'])]: this.spans.exported,
            [labelKey(['failed'])]: this.spans.failed,
            [labelKey(['dropped'])]: this.spans.dropped,
          },
        }),
        ...(this.connections && listenerSamples(this.connections)),
        ...shared.values,
      },
      histograms: {
        ...shared.histograms,
        http_server_request_duration_seconds: this.requests.durations(),
        archeio_presence_check_duration_seconds: this.#checkDurations.snapshot(),
      },
    };
  }
}
