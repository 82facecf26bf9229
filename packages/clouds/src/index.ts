export { readAws } from './aws.ts';
export { readAzure } from './azure.ts';
export { CloudRanges } from './cloud-ranges.ts';
export type { CloudMatch } from './cloud-ranges.ts';
export { compileRanges } from './compile-ranges.ts';
export { readGcp } from './gcp.ts';
export type { CloudSource, Place, RangesSource } from './source.ts';
export { distanceKm } from './region-coordinates.ts';
