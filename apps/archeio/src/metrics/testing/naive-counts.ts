import type { AddressError } from '@archeio/client-address';
import type { CheckOutcome } from '../worker-metrics.ts';

/** One counted event, by its label values. */
export type Counted =
  | {
      readonly kind: 'decision';
      readonly rule: string;
      readonly route: string;
      readonly backend: string;
      readonly cloud: string;
      readonly region: string;
      readonly size: number;
    }
  | { readonly kind: 'check'; readonly store: string; readonly outcome: CheckOutcome }
  | { readonly kind: 'request'; readonly method: string; readonly status: number }
  | { readonly kind: 'address'; readonly reason: AddressError }
  | { readonly kind: 'failure' };

/** The slow and obvious twin of the counters: a map from the name and labels, as text, to a number. */
export class NaiveCounts {
  readonly counts = new Map<string, number>();

  count(what: Counted): void {
    switch (what.kind) {
      case 'decision': {
        const { rule, route, backend, cloud, region, size } = what;
        this.#add(`archeio_decisions_total ${rule} ${route} ${backend} ${cloud} ${region}`, 1);
        if (size >= 0 && backend !== '')
          this.#add(`archeio_blob_bytes_total ${backend} ${cloud} ${region}`, size);
        break;
      }
      case 'check':
        this.#add(`archeio_presence_checks_total ${what.store} ${what.outcome}`, 1);
        break;
      case 'request': {
        const method = ['GET', 'HEAD'].includes(what.method) ? what.method : '_OTHER';
        this.#add(`http_server_request_duration_seconds ${method} ${what.status}`, 1);
        break;
      }
      case 'address':
        this.#add(`archeio_client_address_errors_total ${what.reason}`, 1);
        break;
      case 'failure':
        this.#add('archeio_own_failures_total', 1);
    }
  }

  #add(key: string, amount: number): void {
    this.counts.set(key, (this.counts.get(key) ?? 0) + amount);
  }
}
