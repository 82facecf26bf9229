export type { Backend, Store, Upstream, UsdPerGiB } from './backend.ts';
export type { StoreOptions, UpstreamOptions } from './compile-backend.ts';
export type { Registry, RegistryOptions, SignaturesOptions } from './compile-registries.ts';
export {
  type Decision,
  HOST_UNKNOWN,
  PULL_TOKEN,
  pullToken,
  type PullToken,
  type Rule,
  unknownHost,
} from './decision.ts';
export { type Facts, makeFacts, type Presence, type Recorder, type Snapshot } from './facts.ts';
export { type HostName, readHostName } from './host-name.ts';
export {
  storeLocation,
  upstreamLocation,
  type UpstreamEndpoint,
  withRequestId,
} from './location.ts';
export type { Near } from './near.ts';
export type { Distance, PlaceStores } from './place-stores.ts';
export { dependsOnPlace, plan } from './plan.ts';
export { compilePolicy, compilePolicyInSteps, type Policy, type PolicyOptions } from './policy.ts';
export { hasUpstreamPrice, usdPerGiB } from './price.ts';
export type { ServedHost, ServedHostOptions } from './served-host.ts';
export { type Reason, type ReasonCode, REASONS } from './reason.ts';
export { nameWithin, registryOf } from './registry.ts';
export { authorityOf, queryOf, routeOf, type HealthCheck, type Route } from './route.ts';
export { MOST_CONSIDERED } from './share.ts';
export { atOnce, eachInSteps, mapInSteps, type Steps } from './steps.ts';
export { UNHEALTHY, upstreamFor } from './upstream-choice.ts';
