export { type Answer, answerOf, closing, rawAnswer, refusal, withLines } from './answer.ts';
export type { Backends, DecisionSink, ExplainedBackends, WantedUpstream } from './backends.ts';
export {
  type Candidate,
  type ExplainedRequest,
  type Explainer,
  explainRequest,
  type Explanation,
} from './explanation.ts';
export { EXCLUSIONS } from './considered-backends.ts';
export {
  compileDecisionTables,
  type DecisionOptions,
  type DecisionTables,
} from './decision-tables.ts';
export { DECISION_FIELD, decisionField, EXPLAIN_FIELD } from './decision-field.ts';
export { FALLBACK_SNAPSHOT } from './fallback-snapshot.ts';
export { HostRegistries, type RegistryHosts } from './host-registries.ts';
export { hostOf, type Incoming } from './incoming.ts';
export type { Observation } from './observation.ts';
export { PlaceFinder } from './place-finder.ts';
export { RequestHandler, type RequestHandlerDependencies } from './request-handler.ts';
export { makePullToken, pullIdOf } from './pull-token.ts';
export { HostValues } from './host-value.ts';
export { BAD_REQUEST, LONGEST_TARGET, TARGET_TOO_LONG } from './unreadable-request.ts';
export { rangeOffset } from './range-offset.ts';
export {
  type ListedNames,
  type ListedRegistry,
  listIdentity,
  RepositoryLists,
} from './repository-lists.ts';
export { REQUEST_ID_FIELD, requestIdOf } from './request-id.ts';
export { parseTraceParent, type TraceParent } from './trace-parent.ts';
