export { BackendHealth } from './backend-health.ts';
export type { HealthChange } from './backend-health.ts';
export type { BackendState, Cause, HealthOptions, Transition } from './backend-record.ts';
export type { BreakerOptions, BreakerState } from './breaker.ts';
export type { CanaryOptions, ProbeOutcome } from './canary.ts';
export type { BackendDescription } from './description.ts';
export { classifyStatus } from './observation.ts';
export type { Observation } from './observation.ts';
