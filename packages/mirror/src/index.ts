export { Completion } from './completion.ts';
export {
  findGarbage,
  formatSightings,
  type Garbage,
  type GarbageQuestion,
  type KeptBlob,
  parseSightings,
  type Sightings,
} from './garbage.ts';
export {
  decodeInventory,
  encodeInventory,
  type Inventory,
  InventoryBuilder,
  provesAbsent,
} from './inventory.ts';
export { makePlan, type Copy, type DestinationPlan, type Plan, type Stored } from './plan.ts';
export { ALL_PLATFORMS, type Platforms, somePlatforms } from './platforms.ts';
export { forEachAtMost } from './pool.ts';
export {
  type Contents,
  readRepository,
  type ReadingOptions,
  type WantedBlob,
  type WantedManifest,
} from './read-repository.ts';
export {
  digestOfRecord,
  recordKey,
  RECORDS_PREFIX,
  tagKey,
  TAGS_PREFIX,
  UNREFERENCED_KEY,
} from './record.ts';
export { parseShard, type Shard, WHOLE } from './shard.ts';
export {
  type ListedTag,
  type ManifestSource,
  type Problem,
  type ReadManifest,
  reasonOf,
} from './source.ts';
export { chooseTags, compareVersions, type TagSelection } from './tags.ts';
