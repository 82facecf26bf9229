export type { Backend, Store, Upstream, UsdPerGiB } from './backend.ts';
export type { Decision, Rule } from './decision.ts';
export type { Facts, Presence, Recorder, Snapshot } from './facts.ts';
export { compileKeyTemplate, type KeyTemplate } from './key-template.ts';
export { storeLocation, upstreamLocation, type UpstreamEndpoint } from './location.ts';
export type { Distance, PlaceStores } from './place-stores.ts';
export { plan } from './plan.ts';
export type {
  Near,
  PolicyOptions,
  RegistryOptions,
  SignaturesOptions,
  StoreOptions,
  UpstreamOptions,
} from './policy-options.ts';
export { compilePolicy, type Policy } from './policy.ts';
export { usdPerGiB } from './price.ts';
export { nameWithin, type Registry, registryOf } from './registry.ts';
export { authorityOf, queryOf, routeOf, type HealthCheck, type Route } from './route.ts';
export { MOST_FAILOVER } from './store-walk.ts';
