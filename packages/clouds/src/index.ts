export { readAws } from './aws.ts';
export { readAzure } from './azure.ts';
export { readCloudflare } from './cloudflare.ts';
export { type CloudMatch, CloudRanges } from './cloud-ranges.ts';
export { compileRanges, type PlaceConflict } from './compile-ranges.ts';
export { type CoverageChange, coverageChange } from './coverage-change.ts';
export { readFastly } from './fastly.ts';
export { readGcp } from './gcp.ts';
export { readDigitalOcean, readLinode } from './geofeed.ts';
export { refusalOfList } from './list-acceptance.ts';
export {
  buildNetworks,
  type CompiledNetworks,
  compileNetworks,
  networkPlace,
  type Networks,
  NetworkTables,
} from './network-tables.ts';
export { readOracle } from './oracle.ts';
export { CLOUDS, type Provider, providersAt } from './providers.ts';
export { distanceKm, type LocatedRegion, locatedRegions } from './region-coordinates.ts';
export type { CloudSource, Place, RangesSource } from './source.ts';
export { sourcesOf } from './sources-of.ts';
export type { PublishedText } from './text-line.ts';
