/** A month of 730 hours, as providers quote it. */
const HOURS = 730;
const SECONDS = HOURS * 3600;

/** A price, and where it was read. All are list prices in the first paid tier, in the United States. */
export interface Price {
  readonly usd: number;
  readonly what: string;
  readonly source: string;
  /** Whether a copy or quotation of that page was read on 2026-11-29; otherwise the price is from memory. */
  readonly read: boolean;
}

/** One million HEADs. */
export const HEADS: Readonly<Record<string, Price>> = {
  'Amazon S3': {
    usd: 0.4,
    what: '$0.0004 for 1,000 GET, SELECT and all other requests',
    source: 'https://aws.amazon.com/s3/pricing/',
    read: true,
  },
  CloudFront: {
    usd: 1,
    what: '$0.01 for 10,000 HTTPS requests',
    source: 'https://aws.amazon.com/cloudfront/pricing/',
    read: true,
  },
  'Google Cloud Storage': {
    usd: 0.4,
    what: '$0.0004 for 1,000 Class B operations',
    source: 'https://cloud.google.com/storage/pricing',
    read: false,
  },
  'Azure Blob Storage': {
    usd: 0.5,
    what: '$0.005 for 10,000 read operations, hot',
    source: 'https://azure.microsoft.com/en-us/pricing/details/storage/blobs/',
    read: false,
  },
  'Cloudflare R2': {
    usd: 0.36,
    what: '$0.36 for a million Class B operations',
    source: 'https://developers.cloudflare.com/r2/pricing/',
    read: true,
  },
};

/** One instance of 1 vCPU and 512 MiB that runs all month, and one small Redis, without a replica, all month. */
export const FLEETS: Readonly<Record<string, { readonly instance: Price; readonly redis: Price }>> =
  {
    'Google Cloud': {
      instance: {
        usd: SECONDS * (0.000018 + 0.5 * 0.000002),
        what: 'Cloud Run, billed by instance: $0.000018 a vCPU-second, $0.000002 a GiB-second',
        source: 'https://cloud.google.com/run/pricing',
        read: true,
      },
      redis: {
        usd: HOURS * 0.049,
        what: 'Memorystore for Redis, Basic, 1 GB: $0.049 an hour',
        source: 'https://cloud.google.com/memorystore/docs/redis/pricing',
        read: false,
      },
    },
    AWS: {
      instance: {
        usd: HOURS * (0.04048 + 2 * 0.004445),
        what: 'Fargate, which has at least 2 GB for 1 vCPU: $0.04048 a vCPU-hour, $0.004445 a GB-hour',
        source: 'https://aws.amazon.com/fargate/pricing/',
        read: true,
      },
      redis: {
        usd: HOURS * 0.016,
        what: 'ElastiCache, cache.t4g.micro, 0.5 GiB: $0.016 an hour',
        source: 'https://aws.amazon.com/elasticache/pricing/',
        read: false,
      },
    },
    Azure: {
      instance: {
        usd: SECONDS * (0.000024 + 2 * 0.000003),
        what: 'Container Apps, which has 2 GiB for 1 vCPU: $0.000024 a vCPU-second, $0.000003 a GiB-second',
        source: 'https://azure.microsoft.com/en-us/pricing/details/container-apps/',
        read: false,
      },
      redis: {
        usd: HOURS * 0.022,
        what: 'Cache for Redis, Basic C0, 250 MB: $0.022 an hour',
        source: 'https://azure.microsoft.com/en-us/pricing/details/cache/',
        read: false,
      },
    },
  };

/** One GiB that a store sends to another cloud: `internet` of apps/archeio/examples/list-prices.yaml for S3. */
export const INVENTORY_GIB = 0.09;
