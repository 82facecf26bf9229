import type { DemoImage } from './demo-image.ts';

/** The backends' names, as in the configuration. */
export const NEAR = 'aws-paris';
export const DEFAULT = 'cdn';
export const REGISTRY = 'registry';

/** The backends' origins. */
export type Origins = Readonly<Record<typeof NEAR | typeof DEFAULT | typeof REGISTRY, string>>;

/** Regions of AWS whose clients use the near store. */
export const NEAR_REGIONS: readonly string[] = ['eu-west-3', 'eu-west-1'];

/**
 * The configuration that the demo writes, serves and mirrors with. It is a file like any other: intervals are short, so
 * that a failure takes seconds instead of a minute.
 *
 * @param probe digest of a blob that the health checks of the stores read
 * @param rangesDirectory an empty directory: the ranges in use are then the shipped ones
 */
export function configurationText(
  origins: Origins,
  image: DemoImage,
  probe: string,
  rangesDirectory: string,
): string {
  return `# Written by "archeio demo", and deleted when it ends.
version: 1
pages: { info: 'https://example.com/images', privacy: 'https://example.com/privacy' }
listen: { host: 127.0.0.1, port: 0, admin: { port: 0 } }
clientAddress: { topology: hops, hops: 1 } # clients write X-Forwarded-For, as one load balancer would
registries:
  - name: demo
    upstreams: [{ name: ${REGISTRY}, url: '${origins[REGISTRY]}', usdPerGiB: 0.12 }] # prices are examples
stores:
  - name: ${NEAR}
    url: ${origins[NEAR]}
    key: containers/images/{digest}
    near: [{ cloud: AWS, regions: [${NEAR_REGIONS.join(', ')}] }]
    probe: ${probe}
    usdPerGiB: { sameRegion: 0, sameCloud: 0.02, internet: 0.09 }
  - name: ${DEFAULT}
    url: ${origins[DEFAULT]}
    key: containers/images/{digest}
    default: true
    probe: ${probe}
    usdPerGiB: 0.04
presence: { presentFor: 10s, absentFor: 5s, timeout: 500ms, breaker: { openFor: 2s } } # default: 24h, 10m, 2s, 30s
health: { every: 2s, timeout: 500ms, failures: 2 } # default: 30s, 2s, 3
ranges: { refreshEvery: never, clouds: all, directory: ${JSON.stringify(rangesDirectory)} } # the shipped ranges: no network
mirror:
  source:
    url: ${origins[REGISTRY]}
    repositories: { from: list, names: [${image.repository}] }
  destinations:
    - { name: ${NEAR}, type: directory, path: ./${NEAR} }
    - { name: ${DEFAULT}, type: directory, path: ./${DEFAULT} }
stop: { delay: 0s, timeout: 2s }
`;
}
