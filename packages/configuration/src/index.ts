export { backendCounts } from './backend-counts.ts';
export { type PublishedPlace } from './check-places.ts';
export { type ConfigurationPart, GatheredConfiguration, partsOf } from './configuration-parts.ts';
export {
  checkConfiguration,
  type Checked,
  type CheckedConfiguration,
  checkMirrorConfiguration,
  type Configuration,
  type ConfigurationSource,
  type MirrorOnlyConfiguration,
  parseConfiguration,
} from './configuration.ts';
export { DEFAULTS } from './defaults.ts';
export { readDocument } from './document.ts';
export { formatDuration, tryParseDuration } from './duration.ts';
export {
  type Environment,
  EnvironmentError,
  overlay,
  type Overrides,
  parsePort,
} from './environment.ts';
export { type FileBase } from './file-names.ts';
export { error, type Finding, locate, warning } from './finding.ts';
export { fillDefaults, type Filled, isFilledList, isFilledMap } from './fill-defaults.ts';
export { covers } from './host-pattern.ts';
export { configurationJsonSchema } from './json-schema.ts';
export { isLoopback } from './loopback.ts';
export { Marks } from './marks.ts';
export { didYouMean } from './nearest.ts';
export { ConfigurationError, formatProblem, type Problem, problemJson } from './problem.ts';
export { formatProvenance } from './provenance.ts';
export { childOf } from './record.ts';
export {
  type CheckedServedConfiguration,
  servedConfiguration,
  type ServedConfiguration,
} from './served-configuration.ts';
export { hasCredentials } from './url.ts';
export { usedClouds } from './used-clouds.ts';
export { LARGEST_CONTENT, TOO_LARGE } from './largest-content.ts';
