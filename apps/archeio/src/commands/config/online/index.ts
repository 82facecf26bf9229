export { checkOnline } from './check-online.ts';
export type { OnlineCheckDependencies } from './check-online.ts';
export type { OnlineFinding } from './finding.ts';
export { formatFinding } from './format-finding.ts';
