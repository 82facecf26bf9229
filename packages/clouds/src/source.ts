import type { Prefix } from '@archeio/netip';

/** The prefixes that a cloud provider published, each with its region as the provider writes it. */
export interface CloudSource {
  /** `AWS`, `GCP`, `Azure`, `Oracle`, `DigitalOcean`, `Linode`, `Cloudflare` or `Fastly`. */
  readonly cloud: string;
  /** When the provider made the list, ISO 8601 with an offset; null if its file does not say. */
  readonly date: string | null;
  /** The provider's own name for this edition of the list; may be empty. */
  readonly version: string;
  /** In the order of the file; a prefix may be listed several times, once per service. */
  readonly prefixes: readonly (readonly [Prefix, string])[];
}

/** Where an address is: a cloud and one of its regions. */
export interface Place {
  readonly cloud: string;
  /** As the provider writes it: `eu-west-3`, `europe-west9`, `US-NJ`, `GLOBAL`, `global`. */
  readonly region: string;
}

/** One provider's part of a snapshot. */
export interface RangesSource extends Pick<CloudSource, 'cloud' | 'date' | 'version'> {
  /** Different IPv4 prefixes. */
  readonly ipv4Prefixes: number;
  /** Different IPv6 prefixes. */
  readonly ipv6Prefixes: number;
}

/** The region of addresses announced from everywhere, if the provider gives none. */
export const GLOBAL = 'global';
