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

/** To look for what was meant costs a comparison with every name: of this many comparisons in all there is an end. */
const MOST_COMPARISONS = 20_000;

/** What may have been meant by a name, while that is cheap to say: `: did you mean "…"?`, or nothing. */
function suggestions(known: readonly string[]): (name: string) => string {
  const said = new Map<string, string>();
  return (name) => {
    const before = said.get(name);
    if (before !== undefined) return before;
    if (said.size * known.length > MOST_COMPARISONS) return '';
    const suggestion = didYouMean(name, known);
    said.set(name, suggestion);
    return suggestion;
  };
}

/** Clouds and regions that nobody has, and networks that are named as a cloud is. */
export function unknownPlaces(parts: SoundParts, places: readonly PublishedPlace[]): Finding[] {
  const regions = new Map<string, string[]>();
  for (const { cloud, region } of places) {
    const known = regions.get(cloud);
    if (known === undefined) regions.set(cloud, [region]);
    else known.push(region);
  }
  const clouds = [...new Set([...CLOUDS, ...regions.keys()])];
  const networks = parts.networks ?? [];
  const isNetwork = new Set(networks);
  const suggest = suggestions([...clouds, ...networks]);
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
    if (isNetwork.has(cloud))
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
        error(
          [...path, 'cloud'],
          `no provider or network is named ${JSON.stringify(cloud)}; it matches no client${suggest(cloud)}`,
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
