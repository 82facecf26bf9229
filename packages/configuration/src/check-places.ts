import { CLOUDS } from '@archeio/clouds';
import { error, type Finding, warning } from './finding.ts';
import type { KeyPath } from './key-path.ts';
import { didYouMean } from './nearest.ts';
import type { ValidParts } from './valid-parts.ts';

/** A cloud and one of its regions, as the published ranges name them. */
export interface PublishedPlace {
  readonly cloud: string;
  readonly region: string;
}

/** Maximum number of comparisons for all suggestions together: each one compares a word with every name. */
const MOST_COMPARISONS = 20_000;

/** A suggestion for a misspelt name, `: did you mean "…"?`, or nothing once the comparisons are used up. */
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

/** Unknown clouds and regions, and networks with the name of a cloud. */
export function unknownPlaces(parts: ValidParts, places: readonly PublishedPlace[]): Finding[] {
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
            `${cloud} is the name of a provider's cloud: choose another name for the network`,
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
    // If the networks could not be read, any name may be one of them.
    ...(parts.networks === undefined
      ? []
      : parts.nears.flatMap(({ path, near }) =>
          near.flatMap(({ cloud, regions: wanted = [] }, at) =>
            place([...path, at], cloud, wanted),
          ),
        )),
  ];
}
