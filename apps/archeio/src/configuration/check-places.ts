import { error, type Finding, warning } from './finding.ts';
import type { KeyPath } from './key-path.ts';
import { didYouMean } from './nearest.ts';
import type { SoundParts } from './sound-parts.ts';

/** A cloud and one of its regions, as the published ranges name them. */
export interface PublishedPlace {
  readonly cloud: string;
  readonly region: string;
}

/** Clouds whose ranges archeio can read; of some the ranges come only by a refresh. */
export const CLOUDS: readonly string[] = [
  'AWS',
  'GCP',
  'Azure',
  'Oracle',
  'DigitalOcean',
  'Linode',
  'Cloudflare',
  'Fastly',
];

/** Clouds and regions that nobody has, and networks that are named as a cloud is. */
export function unknownPlaces(parts: SoundParts, places: readonly PublishedPlace[]): Finding[] {
  const regions = new Map<string, string[]>();
  for (const { cloud, region } of places)
    regions.set(cloud, [...(regions.get(cloud) ?? []), region]);
  const clouds = [...new Set([...CLOUDS, ...regions.keys()])];
  const networks = parts.networks ?? [];
  const findings = networks.flatMap((network) => {
    const cloud = clouds.find((each) => each.toLowerCase() === network.toLowerCase());
    return cloud === undefined
      ? []
      : [
          error(
            ['networks', network],
            `${cloud} is a provider's cloud: a network needs a name of its own`,
          ),
        ];
  });
  const place = (path: KeyPath, cloud: string, wanted: readonly string[]): Finding[] => {
    if (networks.includes(cloud))
      return wanted.length === 0
        ? []
        : [
            warning(
              [...path, 'regions'],
              `${JSON.stringify(cloud)} is a network, which has no regions: no client will match`,
            ),
          ];
    if (!clouds.includes(cloud))
      return [
        warning(
          [...path, 'cloud'],
          `no provider or network is named ${JSON.stringify(cloud)}${didYouMean(cloud, [...clouds, ...networks])}`,
        ),
      ];
    const known = regions.get(cloud);
    if (known === undefined) return [];
    return wanted.flatMap((region, at) =>
      known.includes(region)
        ? []
        : [
            warning(
              [...path, 'regions', at],
              `${cloud} has no region ${JSON.stringify(region)}${didYouMean(region, known)}`,
            ),
          ],
    );
  };
  return [
    ...findings,
    // Where the networks could not be read, any name may be one of them.
    ...(parts.networks === undefined
      ? []
      : parts.nears.flatMap(({ path, near }) =>
          near.flatMap(({ cloud, regions: wanted = [] }, at) =>
            place([...path, at], cloud, wanted),
          ),
        )),
  ];
}
