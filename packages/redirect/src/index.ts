export type { Decision, Rule } from './decision.ts';
export { compileKeyTemplate, type KeyTemplate } from './key-template.ts';
export { storeLocation, upstreamLocation, type UpstreamEndpoint } from './location.ts';
export { plan, type Facts, type Presence, type Recorder, type Snapshot } from './plan.ts';
export {
  compilePolicy,
  type Backend,
  type Near,
  type Policy,
  type PolicyOptions,
  type Store,
  type StoreOptions,
  type Upstream,
  type UpstreamOptions,
} from './policy.ts';
export { queryOf, routeOf, type HealthCheck, type Route } from './route.ts';
