export { type Destination } from './destination/destination.ts';
export { MirrorError } from './mirror-error.ts';
export {
  type DestinationConfiguration,
  type Environment,
  type MirrorConfiguration,
  type SourceConfiguration,
} from './options.ts';
export { count, formatBytes, formatSeconds } from './progress/amounts.ts';
export { copyingView } from './progress/copying-view.ts';
export { lineView, type Show, showWhile } from './progress/view.ts';
export { type Collected, collectGarbage } from './run/collect-garbage.ts';
export { type PlannedCopy } from './run/copies/plan-copies.ts';
export { type PublishedCopy } from './run/copies/publisher.ts';
export { type DestinationTotals } from './run/copy-all.ts';
export {
  openDestination,
  type OpeningOptions,
  openMirror,
  type OpenMirror,
  openSource,
} from './run/open-mirror.ts';
export { planMirror, planSync, type Summary, syncMirror } from './run/sync.ts';
export { type BadObject } from './run/copies/verify-copy.ts';
export { type BadBlob, type Verified, verifyMirror } from './run/verify.ts';
export { INVENTORY_KEY, takeInventory, writeInventory } from './run/write-inventory.ts';
export { type Source } from './source/source.ts';
