export { readAws } from './aws.ts';
export { readAzure } from './azure.ts';
export { readCloudflare } from './cloudflare.ts';
export { CloudRanges } from './cloud-ranges.ts';
export type { CloudMatch } from './cloud-ranges.ts';
export { compileRanges } from './compile-ranges.ts';
export type { PlaceConflict } from './compile-ranges.ts';
export { coverageChange } from './coverage-change.ts';
export type { CoverageChange } from './coverage-change.ts';
export { readDigitalOcean } from './digitalocean.ts';
export { readFastly } from './fastly.ts';
export { readGcp } from './gcp.ts';
export { readLinode } from './linode.ts';
export { refusalOfList } from './list-acceptance.ts';
export { readOracle } from './oracle.ts';
export type { CloudSource, Place, RangesSource } from './source.ts';
export { distanceKm } from './region-coordinates.ts';
export { sourcesOf } from './sources-of.ts';
export type { PublishedText } from './text-line.ts';
export {
  buildNetworks,
  type CompiledNetworks,
  compileNetworks,
  networkPlace,
  type Networks,
  NetworkTables,
} from './network-tables.ts';
export { CLOUDS, type Provider, providersAt } from './providers.ts';
