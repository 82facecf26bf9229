import type { DestinationConfiguration } from '@archeio/mirror';

/** The locations of destinations, one per line; directories by absolute path. */
export function destinationLines(
  destinations: readonly DestinationConfiguration[],
): readonly string[] {
  return destinations.map((destination) => {
    const { name } = destination;
    if (destination.type === 'directory') return `destination ${name}: ${destination.path}`;
    const { bucket, endpoint, region } = destination;
    return `destination ${name}: bucket ${bucket} ${endpoint === undefined ? `in ${region}` : `at ${endpoint}`}`;
  });
}

/** The same as an object, by name. */
export function placesOf(
  destinations: readonly DestinationConfiguration[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    destinations.map((each) => [each.name, each.type === 'directory' ? each.path : each.bucket]),
  );
}
