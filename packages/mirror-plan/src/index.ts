export { Completion } from './completion.ts';
export { findCollisions } from './copy/collisions.ts';
export { goneTags, neededManifests, unneededObjects } from './copy/copy-garbage.ts';
export {
  API_KEY,
  COPY_PREFIX,
  copiedBlobKey,
  type CopyKey,
  manifestKey,
  OWNER_KEY,
  parseCopyKey,
  referrersKeys,
  REGISTRY_KEY,
  repositoryOfState,
  stateKey,
  STATES_PREFIX,
  tagListKey,
} from './copy/copy-keys.ts';
export {
  changesCopy,
  type CopiedRepository,
  type CopyDocument,
  type CopyPlan,
  isTagCopied,
  type ListedCopy,
  NOT_COPIED,
  planCopy,
  tagListText,
  wholeInCopy,
} from './copy/copy-plan.ts';
export { type ManifestFacts } from './manifest-facts.ts';
export { REFERRERS_MEDIA_TYPE, referrersLists } from './copy/referrers-lists.ts';
export {
  formatState,
  NO_STATE,
  parseState,
  type RepositoryState,
} from './copy/repository-state.ts';
export { writingOrder } from './copy/writing-order.ts';
export { findGarbage, type Garbage, type GarbageQuestion } from './garbage.ts';
export { type JudgingQuestion, type Unjudged, whyUnjudged } from './judging.ts';
export { makePlan, type Copy, type DestinationPlan, type Plan, type Stored } from './plan.ts';
export { ALL_PLATFORMS, type Platforms, somePlatforms } from './platforms.ts';
export { forEachAtMost } from './pool.ts';
export { readRepository } from './read-repository.ts';
export {
  type Contents,
  type ReadingOptions,
  type WantedBlob,
  type WantedManifest,
} from './contents.ts';
export {
  RECORD_PREFIXES,
  recordKey,
  renewedKey,
  sourceKey,
  sourceOfRecord,
  tagKey,
  UNREFERENCED_KEY,
} from './record.ts';
export {
  formatSightings,
  type KeptBlob,
  NO_SIGHTINGS,
  parseSightings,
  seenSince,
  type Sightings,
} from './sightings.ts';
export { parseShard, parseShardIndex, type Shard, WHOLE } from './shard.ts';
export {
  type ListedTag,
  type ManifestSource,
  type MirrorProblem,
  type ReadManifest,
  reasonOf,
  type Referrers,
  type ResolvedTag,
} from './source.ts';
export { SinceDoubted } from './since-doubted.ts';
export { chooseTags, type TagSelection } from './tags.ts';
export { compareVersions } from './version.ts';
export { isPattern, matcher } from './patterns.ts';
