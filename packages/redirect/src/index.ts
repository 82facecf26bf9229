export type { Backend, Store, Upstream } from './backend.ts';
export type { Decision, Rule } from './decision.ts';
export { compileKeyTemplate, type KeyTemplate } from './key-template.ts';
export { storeLocation, upstreamLocation, type UpstreamEndpoint } from './location.ts';
export { plan, type Facts, type Presence, type Recorder, type Snapshot } from './plan.ts';
export {
  compilePolicy,
  type Near,
  type Policy,
  type PolicyOptions,
  type StoreOptions,
  type UpstreamOptions,
} from './policy.ts';
export { queryOf, routeOf, type HealthCheck, type Route } from './route.ts';
