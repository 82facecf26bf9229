import type { Prefix } from '@archeio/netip';

/** What a cloud provider published: its prefixes with the region of each, as the provider writes it. */
export interface CloudSource {
  /** `AWS`, `GCP`, `Azure`, `Oracle`, `DigitalOcean`, `Linode`, `Cloudflare` or `Fastly`. */
  readonly cloud: string;
  /** When the provider made the list, ISO 8601 with an offset; null where its file does not say. */
  readonly date: string | null;
  /** The provider's own name for this edition of the list; empty where it has none. */
  readonly version: string;
  /** In the order of the file; a prefix may be listed several times, once a service. */
  readonly prefixes: readonly (readonly [Prefix, string])[];
}

/** Where an address is: a cloud and a region of it. */
export interface Place {
  readonly cloud: string;
  /** As the provider writes it: `eu-west-3`, `europe-west9`, `US-NJ`, `GLOBAL`, `global`. */
  readonly region: string;
}

/** One provider's part of a snapshot. */
export interface RangesSource {
  readonly cloud: string;
  /** As {@link CloudSource.date}. */
  readonly date: string | null;
  /** As {@link CloudSource.version}. */
  readonly version: string;
  /** Different IPv4 prefixes. */
  readonly ipv4Prefixes: number;
  /** Different IPv6 prefixes. */
  readonly ipv6Prefixes: number;
}
