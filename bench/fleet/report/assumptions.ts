import { AWS_SHARES, CENTRE, CLOUD_SHARES, REGIONS } from '../model/deployment.ts';
import { LONGEST_ROUND_TRIP } from '../model/fleet.ts';
import { DEFAULTS, HOUR, MINUTE } from '../model/settings.ts';
import { RELEASE } from '../study/timeline.ts';

const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;
const count = (value: number): string => value.toLocaleString('en-US');
const registry = (number: number): string =>
  `[registry.k8s.io#${number}](https://github.com/kubernetes/registry.k8s.io/issues/${number})`;
const infra = (number: number): string =>
  `[k8s.io#${number}](https://github.com/kubernetes/k8s.io/pull/${number})`;

/** Each assumption: what, its value, and where it comes from. */
export function assumptions(): readonly (readonly [string, string, string])[] {
  const { AWS, GCP, elsewhere } = CLOUD_SHARES;
  const aws = Object.entries(AWS_SHARES)
    .map(([region, share]) => `${region} ${percent(share)}`)
    .join(', ');
  const perRequest = 5e15 / (DEFAULTS.requestsPerSecond * 30 * 86_400) / 1e6;
  return [
    [
      'regions',
      String(REGIONS.length),
      'the Cloud Run services of registry.k8s.io (kubernetes/k8s.io, `k8s-infra-oci-proxy-prod`)',
    ],
    ['instances in each region', String(DEFAULTS.instances), `the maximum there, ${infra(4274)}`],
    [
      'requests for blobs, whole fleet',
      `${DEFAULTS.requestsPerSecond} a second, all day`,
      `assumed: at 5 PB a month (${infra(9843)}: 1.1 PB is 11 % of a budget that is half used) it makes ${perRequest.toFixed(1)} MB a request; all requests were 694 a second in 2022 (${registry(16)})`,
    ],
    [
      'where clients are',
      `AWS ${percent(AWS)}, Google Cloud ${percent(GCP)}, elsewhere ${percent(elsewhere)}`,
      `elsewhere is 1.1 of 5 PB (${infra(9843)}); the rest is assumed`,
    ],
    [
      'clients in AWS',
      `${aws}; other regions share the rest`,
      `after ${registry(39)} (2022), whose double names we read as us-east-1 and eu-west-1`,
    ],
    [
      'which region serves them',
      'the nearest',
      'a global load balancer; distances of packages/clouds',
    ],
    ['clients elsewhere and in Google Cloud', 'the same number in each region', 'assumed'],
    [
      'stores, and their order',
      '32 buckets of S3, then CloudFront',
      'the built-in preset, by `plan()` of packages/redirect',
    ],
    ['blobs that all stores have', count(DEFAULTS.blobs), 'assumed; no listing was at hand'],
    ['their popularity', `Zipf, exponent ${DEFAULTS.exponent}, the same everywhere`, 'assumed'],
    [
      'requests for blobs that no store has',
      `${percent(DEFAULTS.missingShare)} for ${count(DEFAULTS.missingBlobs)} blobs (Zipf), ${percent(DEFAULTS.onceShare)} for digests that are asked for once`,
      `assumed; ${registry(275)} reports such requests`,
    ],
    [
      'life of an instance',
      `${DEFAULTS.lifetime / HOUR} h, then an empty one replaces it`,
      'assumed: Cloud Run replaces instances as it scales',
    ],
    [
      'a HEAD takes',
      `${DEFAULTS.head[0]} to ${DEFAULTS.head[1]} ms, evenly`,
      'assumed around the 50 ms that operators report for the CDN',
    ],
    [
      'lifetimes',
      'present 24 h, absent 10 min',
      '[the defaults](reference/request-handling.md#the-presence-of-a-blob)',
    ],
    [
      'an inventory',
      'written every 20 min, read every 10 min, used for all stores',
      '[the inventory page](reference/inventory-format.md)',
    ],
    [
      'Redis: results',
      'expire as in own memory; nothing is evicted',
      'assumed; it never fails here',
    ],
    ['Redis: leases', 'one instance asks, the others wait for its result', 'assumed'],
    ['Redis: distance', '1 ms to the one of the region', 'assumed'],
    [
      'one Redis for all',
      `in ${CENTRE}; 1 ms more for each 100 km; regions farther than ${LONGEST_ROUND_TRIP} ms work without it`,
      'light in fibre, there and back; a tenth of `presence.budget`',
    ],
    [
      'a release',
      `${count(RELEASE.blobs)} new blobs (Zipf) get ${percent(RELEASE.share)} of the requests within ${RELEASE.ramp / MINUTE} min; each store has them after 10 to 40 min`,
      'assumed',
    ],
    [
      'arrivals',
      'a Poisson process; the balancer chooses an instance of the region at random',
      'assumed; there is no daily rhythm',
    ],
  ];
}
