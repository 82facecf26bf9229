export { HealthProbes } from './health-probes.ts';
export type { HealthProbesDependencies, ProbedBackend } from './health-probes.ts';
export { createProber, proberOver } from './prober.ts';
export type { Prober, ProberOptions, ProbeTarget } from './prober.ts';
export type { Verdict } from './verdict.ts';
