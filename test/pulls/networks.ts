/** A network that clients are in, and where the rules send its blobs. */
export interface Network {
  readonly name: string;
  readonly address: string;
  /** The stores to ask, in order (R11); none if all blobs stay on the upstream (R10). */
  readonly stores: readonly Bucket[];
}

/** The stores of the test, each a bucket. */
export type Bucket = 'paris' | 'default';

export const UNKNOWN: Network = {
  name: 'unknown',
  address: '203.0.113.7',
  stores: ['default'],
};
export const AWS: Network = {
  name: 'AWS eu-west-3',
  address: '35.180.1.1',
  stores: ['paris', 'default'],
};
export const GCP: Network = { name: 'GCP', address: '35.220.26.1', stores: [] };
export const AWS_IPV6: Network = {
  name: 'AWS eu-west-3, IPv6',
  address: '2a05:d012::1',
  stores: ['paris', 'default'],
};
export const NETWORKS: readonly Network[] = [UNKNOWN, AWS, GCP, AWS_IPV6];
