import { CLOUDS } from '@archeio/clouds';
import { error, type Finding, warning } from './finding.ts';
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
export function* unknownPlaces(
  parts: ValidParts,
  places: readonly PublishedPlace[],
): Generator<Finding> {
  const regions = new Map<string, string[]>();
  for (const { cloud, region } of places) {
    const known = regions.get(cloud);
    if (known === undefined) regions.set(cloud, [region]);
    else known.push(region);
  }
  const clouds = new Set([...CLOUDS, ...regions.keys()]);
  const networks = new Set(parts.networks);
  const named = new Map([...clouds].map((cloud) => [cloud.toLowerCase(), cloud]));
  for (const network of networks) {
    const cloud = named.get(network.toLowerCase());
    if (cloud !== undefined)
      yield error(
        ['networks', network],
        `${cloud} is the name of a provider's cloud: choose another name for the network`,
      );
  }
  // If the networks could not be read, any name may be one of them.
  if (parts.networks === undefined) return;
  const suggest = suggestions([...clouds, ...networks]);
  const entries = parts.nears.flatMap(({ path, near }) =>
    near.map(({ cloud, regions: wanted = [] }, at) => ({ path: [...path, at], cloud, wanted })),
  );
  for (const { path, cloud, wanted } of entries) {
    const quoted = JSON.stringify(cloud);
    const known = regions.get(cloud);
    if (networks.has(cloud)) {
      if (wanted.length > 0)
        yield warning(
          [...path, 'regions'],
          `${quoted} is a network, which has no regions: no client will match`,
        );
    } else if (!clouds.has(cloud)) {
      yield error(
        [...path, 'cloud'],
        `no provider or network is named ${quoted}; it matches no client${suggest(cloud)}`,
      );
    } else if (known !== undefined) {
      for (const [at, region] of wanted.entries())
        if (!known.includes(region))
          yield warning(
            [...path, 'regions', at],
            `${cloud} has no region ${JSON.stringify(region)}${didYouMean(region, known)}`,
          );
    }
  }
}
