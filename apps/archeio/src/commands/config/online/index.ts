export { checkOnline } from './check-online.ts';
export type { OnlineCheckParts } from './check-online.ts';
export type { Finding } from './finding.ts';
export { formatFinding } from './format-finding.ts';
