import type { AddressError } from '@archeio/client-address';
import type { Backend } from '@archeio/redirect';
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
    }
  | {
      readonly kind: 'fetched';
      readonly backend: string;
      readonly cloud: string;
      readonly region: string;
      /** −1 if unknown. */
      readonly bytes: number;
      /** Empty if there is none to compare with. */
      readonly upstream: string;
    }
  | { readonly kind: 'check'; readonly store: string; readonly outcome: CheckOutcome }
  | { readonly kind: 'request'; readonly method: string; readonly status: number }
  | { readonly kind: 'address'; readonly reason: AddressError }
  | { readonly kind: 'failure' };

/** Backends with binary fractions for prices, so that sums are exact. */
export const PRICED: readonly Pick<Backend, 'name' | 'price' | 'location'>[] = [
  {
    name: 'paris',
    price: { sameRegion: 0, sameCloud: 1 / 64, internet: 1 / 8 },
    location: { cloud: 'AWS', region: 'eu-west-3' },
  },
  { name: 'cdn', price: undefined, location: undefined },
  { name: 'upstream', price: 1 / 4, location: undefined },
  { name: 'registry', price: undefined, location: undefined },
];

/** The price of a GiB from one of {@link PRICED}, case by case. */
function priceOf(backend: string, cloud: string, region: string): number | undefined {
  if (backend === 'upstream') return 1 / 4;
  if (backend !== 'paris') return undefined;
  if (cloud !== 'AWS') return 1 / 8;
  return region === 'eu-west-3' ? 0 : 1 / 64;
}

/** The slow and obvious twin of the counters: a map from the name and labels, as text, to a number. */
export class NaiveCounts {
  readonly counts = new Map<string, number>();

  count(what: Counted): void {
    switch (what.kind) {
      case 'decision': {
        const { rule, route, backend, cloud, region } = what;
        this.#add(`archeio_decisions_total ${rule} ${route} ${backend} ${cloud} ${region}`, 1);
        break;
      }
      case 'fetched':
        this.#fetched(what);
        break;
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

  #fetched({
    backend,
    cloud,
    region,
    bytes,
    upstream,
  }: Extract<Counted, { readonly kind: 'fetched' }>): void {
    const where = `${backend} ${cloud}`;
    if (bytes < 0) {
      this.#add(`archeio_blob_unknown_size_total ${where}`, 1);
      return;
    }
    this.#add(`archeio_blob_bytes_total ${where} ${region}`, bytes);
    const price = priceOf(backend, cloud, region);
    const other = priceOf(upstream, cloud, region);
    const gib = bytes / 1024 ** 3;
    if (price !== undefined) this.#add(`archeio_egress_usd_total ${where}`, gib * price);
    if (price !== undefined && other !== undefined)
      this.#add(`archeio_egress_upstream_usd_total ${where}`, gib * other);
  }

  #add(key: string, amount: number): void {
    this.counts.set(key, (this.counts.get(key) ?? 0) + amount);
  }
}
