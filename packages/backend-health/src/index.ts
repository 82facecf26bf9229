export { BackendHealth } from './backend-health.ts';
export type { Transition } from './backend-health.ts';
export type { BackendState, BreakerOptions } from './breaker.ts';
export { classifyStatus } from './observation.ts';
export type { Observation } from './observation.ts';
